// The map itself: layers over the base map, and what a click finds.
import * as maplibregl from 'maplibre-gl'
import workerCode from 'maplibre-gl/dist/maplibre-gl-worker.mjs?raw'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { baseStyle } from './basemap'
import { collection, controlFeatures, incidentFeatures, townFeatures } from './features'
import { hatchCanvas, labelCanvas, pixels, signCanvas } from './icons'
import type { Theme } from './looks'
import type { Choice } from './moment'
import type { Record_ } from './record'

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
    { id: 'incidents', type: 'symbol', source: 'incidents', layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-padding': 0, 'symbol-sort-key': ['get', 'order'] } },
  ]
}

export interface Found { incidents: string[]; control: string }

/** A map of the record; raises where the browser cannot draw one. */
export class Atlas {
  private readonly map: MapLibre
  private choice: Choice | null = null
  private ready = false

  constructor(
    place: HTMLElement, private readonly record: Record_, private colours: Map<string, string>,
    private theme: Theme, private readonly found: (what: Found) => void,
  ) {
    maplibregl.setWorkerUrl(URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' })))
    this.map = new maplibregl.Map({
      container: place, style: baseStyle(theme), attributionControl: { compact: true }, maxZoom: 16, dragRotate: false,
      pitchWithRotate: false, bounds: this.bounds(), fitBoundsOptions: { padding: { top: 60, bottom: 60, right: 60, left: isWide(place) ? LEGEND : 60 }, maxZoom: 11 },
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-right')
    this.map.addControl(new maplibregl.ScaleControl({}), 'bottom-left')
    this.map.on('style.load', () => this.dress())
    this.map.setMissingStyleImageResolver((name) => this.image(name))
    this.map.on('click', (event) => this.click(event.point))
    this.map.on('mousemove', (event) => { this.map.getCanvas().style.cursor = this.at(event.point) ? 'pointer' : '' })
  }

  /** Show what stands for a choice of day, span and families. */
  show(choice: Choice): void {
    this.choice = choice
    if (!this.ready) return
    const { areas, points } = controlFeatures(this.record, choice, this.colours)
    const fill = { areas, held: points, incidents: incidentFeatures(this.record, choice), towns: townFeatures(this.record.towns, this.theme) }
    for (const [name, features] of Object.entries(fill)) {
      (this.map.getSource(name) as maplibregl.GeoJSONSource).setData(collection(features))
    }
  }

  /** Change between light and dark. */
  dressAs(theme: Theme, colours: Map<string, string>): void {
    this.theme = theme
    this.colours = colours
    this.ready = false
    this.map.setStyle(baseStyle(theme), { diff: false })
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
    if (this.choice) this.show(this.choice)
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
    const [sign] = this.map.queryRenderedFeatures(point, { layers: ['incidents'] })
    if (sign) return { incidents: String(sign.properties.ids).split(' '), control: '' }
    const areas = this.map.queryRenderedFeatures(point, { layers: ['held', 'fill'] })
    const [smallest] = areas.sort((a, b) => b.properties.order - a.properties.order)
    return smallest ? { incidents: [], control: String(smallest.properties.id) } : null
  }

  private click(point: maplibregl.Point): void {
    const what = this.at(point)
    if (what) this.found(what)
  }

  /** A frame about the middle of what is on record: far outliers do not stretch it. */
  private bounds(): [[number, number], [number, number]] {
    const points = [...this.record.incidents, ...this.record.control].filter((p) => p.lat !== null && p.lon !== null)
    if (!points.length) return EMPTY
    const [west, east] = middleOf(points.map((p) => p.lon!))
    const [south, north] = middleOf(points.map((p) => p.lat!))
    return [[west, south], [east, north]]
  }
}

/** Whether the open legend leaves most of the map free. */
function isWide(place: HTMLElement): boolean {
  return place.clientWidth > LEGEND * 2
}

function middleOf(values: number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]
  return [at(0.1), at(0.9)]
}
