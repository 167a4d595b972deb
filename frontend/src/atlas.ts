// The map itself: layers over the base map, and what a click finds.
import * as maplibregl from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { baseStyle, type Tiles } from './basemap'
import { collection, controlFeatures, signFeatures, townFeatures, vagueFeatures } from './features'
import { hatchCanvas, labelCanvas, pixels, signCanvas } from './icons'
import type { Theme } from './looks'
import type { Choice, Frame, Moment, Summary } from './source'

const LEGEND = 320
const METRES_A_PIXEL = 78_271 // at zoom 0 on the equator
const EMPTY: [[number, number], [number, number]] = [[-20, -35], [75, 60]]

/** Layers in the order they are drawn, from the ground up. */
function layers(theme: Theme): LayerSpecification[] {
  const edge = (id: string, states: string[], paint: object, layout: object = {}): LayerSpecification => ({
    id, type: 'line', source: 'areas', filter: ['in', ['get', 'state'], ['literal', states]], layout,
    paint: { 'line-color': ['get', 'colour'], 'line-opacity': ['get', 'edge'], 'line-width': ['case', ['get', 'chosen'], 4, 2], ...paint },
  })
  const label = (id: string, source: string, extra: object): LayerSpecification => ({
    id, type: 'symbol', source, ...extra,
    layout: { 'icon-image': ['get', 'icon'], 'icon-padding': 0, ...(source === 'towns' ? { 'icon-anchor': 'top', 'icon-offset': [0, 15], 'symbol-sort-key': ['get', 'order'] } : {}) },
  } as LayerSpecification)
  const wide = ['in', ['get', 'kind'], ['literal', ['city', 'town']]]
  return [
    { id: 'fill', type: 'fill', source: 'areas', layout: { 'fill-sort-key': ['get', 'order'] }, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': ['get', 'fill'] } },
    { id: 'hatch', type: 'fill', source: 'areas', filter: ['==', ['get', 'state'], 'contested'], paint: { 'fill-pattern': 'hatch', 'fill-opacity': ['get', 'hatch'] } },
    edge('edge', ['held', 'partly', 'unknown'], {}),
    edge('edge-contested', ['contested'], { 'line-dasharray': [3, 2] }),
    edge('edge-claimed', ['claimed'], { 'line-dasharray': [0.1, 2] }, { 'line-cap': 'round' }),
    {
      id: 'held', type: 'circle', source: 'held',
      paint: { 'circle-radius': 12, 'circle-color': ['get', 'colour'], 'circle-opacity': ['*', 0.55, ['get', 'edge']], 'circle-stroke-width': 2, 'circle-stroke-color': ['get', 'colour'], 'circle-stroke-opacity': ['get', 'edge'] },
    },
    label('countries', 'countries', { maxzoom: 6 }),
    label('quarters', 'towns', { minzoom: 9, filter: ['!', wide] }),
    label('towns', 'towns', { minzoom: 4, filter: wide }),
    { id: 'vague', type: 'fill', source: 'vague', paint: { 'fill-color': theme.ink, 'fill-opacity': ['case', ['get', 'chosen'], 0.1, 0] } },
    { id: 'vague-edge', type: 'line', source: 'vague', paint: { 'line-color': theme.ink, 'line-opacity': ['case', ['get', 'chosen'], 0.9, 0.35], 'line-width': 1, 'line-dasharray': [1, 3] } },
    { id: 'incidents', type: 'symbol', source: 'incidents', layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-padding': 0, 'symbol-sort-key': ['get', 'order'] } },
  ]
}

/** What lies where somebody clicked; `count` tells of a sign of too many incidents to list. */
export interface Found { incidents: string[]; control: string; count: number; lon: number; lat: number }
/** Where the map looks: latitude, longitude, zoom. */
export type Look = [number, number, number]

interface Options { place: HTMLElement; summary: Summary; theme: Theme; colours: Map<string, string>; tiles: Tiles | null; look: Look | null }

/** Start the map's worker, so that it is there when the record is. */
export function prepare(worker: string): void {
  maplibregl.setWorkerUrl(worker)
  maplibregl.prewarm()
}

/** A map of the record; raises where the browser cannot draw one. */
export class Atlas {
  private readonly map: MapLibre
  private drawn: [Choice, Moment] | null = null
  private ready = false
  private theme: Theme
  private colours: Map<string, string>

  /** `found` is told what a click met, `moved` that the frame is another. */
  constructor(private readonly options: Options, private readonly found: (what: Found) => void, moved: () => void) {
    const { place, theme, colours, tiles, look } = options
    this.theme = theme
    this.colours = colours
    const wide = isWide(place) ? LEGEND : 60
    const where = look ? { center: [look[1], look[0]] as [number, number], zoom: look[2] } : { bounds: bounds(options.summary), fitBoundsOptions: { padding: { top: 60, bottom: 60, right: 60, left: wide }, maxZoom: 11 } }
    this.map = new maplibregl.Map({
      container: place, style: baseStyle(theme, tiles), attributionControl: { compact: true }, maxZoom: 16, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, ...where,
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-right')
    this.map.addControl(new maplibregl.ScaleControl({}), 'bottom-left')
    this.map.on('style.load', () => this.dress())
    this.map.setMissingStyleImageResolver((name) => this.image(name))
    this.map.on('click', (event) => this.click(event.point))
    this.map.on('mousemove', (event) => { this.map.getCanvas().style.cursor = this.at(event.point) ? 'pointer' : '' })
    this.map.on('moveend', moved)
    this.map.getCanvas().setAttribute('aria-label', 'Map; the lists hold everything it shows')
  }

  /** Tell when everything asked for so far is drawn. */
  idle(then: () => void): void {
    this.map.once('idle', then)
  }

  /** The frame shown now. */
  get frame(): Frame {
    const b = this.map.getBounds()
    const clip = (lon: number) => Math.min(180, Math.max(-180, lon))
    return { box: [clip(b.getWest()), Math.max(-90, b.getSouth()), clip(b.getEast()), Math.min(90, b.getNorth())], zoom: Math.round(this.map.getZoom() * 10) / 10 }
  }

  /** Where the map looks now. */
  get look(): Look {
    const { lat, lng } = this.map.getCenter()
    return [lat, lng, this.map.getZoom()]
  }

  /** Show what stands for a choice. */
  show(choice: Choice, moment: Moment): void {
    this.drawn = [choice, moment]
    if (!this.ready) return
    const { areas, points } = controlFeatures(moment.control, choice, this.colours)
    const towns = townFeatures(moment.towns, this.theme)
    const fill = { areas, held: points, incidents: signFeatures(moment.signs, choice), vague: vagueFeatures(moment.signs, choice), towns }
    for (const [name, features] of Object.entries(fill)) {
      (this.map.getSource(name) as maplibregl.GeoJSONSource).setData(collection(features))
    }
  }

  /** Change between light and dark. */
  dressAs(theme: Theme, colours: Map<string, string>): void {
    this.theme = theme
    this.colours = colours
    this.ready = false
    this.map.setStyle(baseStyle(theme, this.options.tiles), { diff: false })
  }

  /** Bring a circle into view; the zoom stays when it already suits the circle's size. */
  go(lon: number, lat: number, km: number): void {
    const fitting = Math.log2((METRES_A_PIXEL * Math.cos((lat * Math.PI) / 180) * 120) / (km * 1000))
    const zoom = Math.min(12, Math.max(4, fitting - 1, Math.min(fitting + 1, this.map.getZoom())))
    const legend = isWide(this.map.getContainer()) ? LEGEND / 2 : 0
    this.map.easeTo({ center: [lon, lat], zoom, offset: [legend, 0], animate: !matchMedia('(prefers-reduced-motion: reduce)').matches })
  }

  private dress(): void {
    this.map.addImage('hatch', pixels(hatchCanvas(this.theme)), { pixelRatio: 2 })
    for (const layer of layers(this.theme)) this.map.addLayer(layer)
    this.ready = true
    if (this.drawn) this.show(...this.drawn)
  }

  private image(name: string): void {
    const [kind, ...parts] = name.split('|')
    if (this.map.hasImage(name) || (kind !== 'sign' && kind !== 'label')) return
    const drawn = kind === 'sign'
      ? signCanvas({ family: parts[0], vague: parts[1] === 'vague', count: Number(parts[2]), chosen: parts[3] === 'chosen' }, this.theme)
      : labelCanvas(parts.slice(2).join('|'), this.theme, parts[1] === 'country')
    this.map.addImage(name, pixels(drawn), { pixelRatio: 2 })
  }

  private at(point: maplibregl.Point): Found | null {
    if (!this.ready) return null
    const { lng: lon, lat } = this.map.unproject(point)
    const [sign] = this.map.queryRenderedFeatures(point, { layers: ['incidents'] })
    if (sign) return { incidents: String(sign.properties.ids).split(' ').filter(Boolean), control: '', count: Number(sign.properties.count), lon, lat }
    const areas = this.map.queryRenderedFeatures(point, { layers: ['held', 'fill'] })
    const [smallest] = areas.sort((a, b) => b.properties.order - a.properties.order)
    return smallest ? { incidents: [], control: String(smallest.properties.id), count: 0, lon, lat } : null
  }

  private click(point: maplibregl.Point): void {
    const what = this.at(point)
    if (!what) return
    if (what.count && !what.incidents.length) this.map.easeTo({ center: [what.lon, what.lat], zoom: this.map.getZoom() + 2 })
    else this.found(what)
  }
}

function bounds(summary: Summary): [[number, number], [number, number]] {
  if (!summary.bounds) return EMPTY
  const [west, south, east, north] = summary.bounds
  return [[west, south], [east, north]]
}

/** Whether the open legend leaves most of the map free. */
function isWide(place: HTMLElement): boolean {
  return place.clientWidth > LEGEND * 2
}
