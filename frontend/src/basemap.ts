// The offline base map: Natural Earth's countries, their borders and names.
import type { Feature, MultiPolygon, Polygon } from 'geojson'
import type { StyleSpecification } from 'maplibre-gl'
import { feature, mesh } from 'topojson-client'
import atlas from 'world-atlas/countries-50m.json'
import { collection } from './features'
import type { Theme } from './looks'

type Country = Feature<Polygon | MultiPolygon, { name: string }>
const topology = atlas as any
const countries = (feature(topology, topology.objects.countries) as any).features as Country[]
const borders = mesh(topology, topology.objects.countries, (a, b) => a !== b)

/** An address of map tiles ("https://…/{z}/{x}/{y}.png") and whom to thank for them. */
export interface Tiles { address: string; attribution: string }

/** A style with the base map (and tiles over it, where an address is configured) and empty sources for what the record holds. */
export function baseStyle(theme: Theme, tiles: Tiles | null): StyleSpecification {
  const empty = () => ({ type: 'geojson' as const, data: collection([]) })
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: collection(countries), tolerance: 1, maxzoom: 8, attribution: 'Natural Earth · places: GeoNames (CC BY 4.0)' },
      borders: { type: 'geojson', tolerance: 1, maxzoom: 8, data: { type: 'Feature', properties: {}, geometry: borders } },
      countries: { type: 'geojson', data: collection(countryLabels(theme)) },
      towns: empty(), areas: empty(), held: empty(), vague: empty(), incidents: empty(),
      ...(tiles ? { tiles: { type: 'raster' as const, tiles: [tiles.address], tileSize: 256, attribution: escaped(tiles.attribution) } } : {}),
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': theme.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': theme.land } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': theme.border, 'line-width': 1 } },
      ...(tiles ? [{ id: 'tiles', type: 'raster' as const, source: 'tiles' }] : []),
    ],
  }
}

/** Text that stays text where markup is expected. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function countryLabels(theme: Theme): Feature[] {
  return countries.map((country) => ({
    type: 'Feature', properties: { icon: `label|${theme.name}|country|${country.properties.name}` },
    geometry: { type: 'Point', coordinates: middle(country) },
  }))
}

/** The middle of a country's largest part. */
function middle(country: Country): number[] {
  const shape = country.geometry
  const parts = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates
  const boxes = parts.map(([outer]) => box(outer))
  const [west, south, east, north] = boxes.reduce((a, b) => (extent(b) > extent(a) ? b : a))
  return [(west + east) / 2, (south + north) / 2]
}

function box(ring: number[][]): [number, number, number, number] {
  const lons = ring.map((p) => p[0])
  const lats = ring.map((p) => p[1])
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

function extent([west, south, east, north]: [number, number, number, number]): number {
  return (east - west) * (north - south)
}
