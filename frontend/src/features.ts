// The map's features: circles of real radius for control and for vague places, signs for incidents, labels for places.
import type { Feature, FeatureCollection } from 'geojson'
import { holderOf, NOBODY, STALE_DAYS, type Theme } from './looks'
import { dayNumber, type Control, type Town } from './record'
import type { Choice, Sign } from './source'

const KM_A_DEGREE = 111.32
const WIDE = 150 // km: the ring of a wider place is drawn only where its incident is open
const OPACITY: Record<string, number> = { held: 0.42, partly: 0.2, contested: 0.12, claimed: 0.12, unknown: 0.22 }

/** Features as a collection. */
export function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

function ring(lon: number, lat: number, km: number): number[][] {
  const wide = km / (KM_A_DEGREE * Math.max(0.05, Math.cos((lat * Math.PI) / 180)))
  return Array.from({ length: 73 }, (_, i) => {
    const angle = (i * Math.PI) / 36
    return [lon + wide * Math.cos(angle), lat + (km / KM_A_DEGREE) * Math.sin(angle)]
  })
}

/** States of control on a day, each as a circle and as a point. */
export function controlFeatures(control: Control[], choice: Choice, colours: Map<string, string>): { areas: Feature[]; points: Feature[] } {
  const states = control.filter((s) => s.lat !== null && s.lon !== null)
  return {
    areas: states.map((s) => ({
      type: 'Feature', properties: dress(s, choice, colours),
      geometry: { type: 'Polygon', coordinates: [ring(s.lon!, s.lat!, s.radius_km ?? 1)] },
    })),
    points: states.map((s) => ({
      type: 'Feature', properties: dress(s, choice, colours), geometry: { type: 'Point', coordinates: [s.lon!, s.lat!] },
    })),
  }
}

function dress(state: Control, choice: Choice, colours: Map<string, string>) {
  const fresh = choice.day - dayNumber(state.as_of) <= STALE_DAYS ? 1 : 0.4
  const size = state.radius_km ?? 1
  const wide = size > 60 ? 0.45 : 1
  return {
    id: state.id, state: state.state, colour: colours.get(holderOf(state)) ?? NOBODY, order: -size, chosen: state.id === choice.open,
    fill: (OPACITY[state.state] ?? 0.2) * fresh * wide, edge: 0.95 * fresh, hatch: 0.5 * fresh * wide,
  }
}

/** One sign a point; a point with several incidents carries their number. */
export function signFeatures(signs: Sign[], choice: Choice): Feature[] {
  return signs.map((sign) => ({
    type: 'Feature',
    properties: { ids: sign.ids.join(' '), icon: signName(sign, choice), order: sign.count, count: sign.count },
    geometry: { type: 'Point', coordinates: [sign.lon, sign.lat] },
  }))
}

/** The ground a vague place may be anywhere on, as a ring of its real radius. */
export function vagueFeatures(signs: Sign[], choice: Choice): Feature[] {
  const chosen = (s: Sign) => s.ids.includes(choice.open)
  return signs.filter((s) => s.vague && s.radius_km && (s.radius_km < WIDE || chosen(s))).map((sign) => ({
    type: 'Feature', properties: { chosen: chosen(sign) },
    geometry: { type: 'Polygon', coordinates: [ring(sign.lon, sign.lat, sign.radius_km!)] },
  }))
}

function signName(sign: Sign, choice: Choice): string {
  const families = Object.keys(sign.families)
  const chosen = sign.ids.includes(choice.open)
  return ['sign', families.length === 1 ? families[0] : 'other', sign.vague ? 'vague' : 'exact', sign.count, chosen ? 'chosen' : 'plain'].join('|')
}

/** Labels of the towns the reports name, the most named first. */
export function townFeatures(towns: Town[], theme: Theme): Feature[] {
  return towns.map((town) => ({
    type: 'Feature', properties: { icon: `label|${theme.name}|town|${town.name}`, kind: town.kind, order: -town.mentions },
    geometry: { type: 'Point', coordinates: [town.lon, town.lat] },
  }))
}
