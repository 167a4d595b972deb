// Puts the page together: one choice of day, span, families and thing, shown by the map, the lists and the timeline.
import { Atlas, type Found } from './atlas'
import { button, el } from './dom'
import { legend } from './legend'
import { holderColours, THEMES } from './looks'
import type { Choice } from './moment'
import { Panel } from './panel'
import { dayText, dayNumber, readRecord } from './record'
import './style.css'
import { axis, Timeline } from './timeline'

const ALL = 1_000_000
const SPANS: [number, string][] = [[1, 'that day'], [7, '7 days to it'], [30, '30 days to it'], [ALL, 'all up to it']]
const SMALL_RECORD = 150

const record = readRecord()
const choice: Choice = { day: 0, span: record.incidents.length > SMALL_RECORD ? 30 : ALL, hidden: new Set(), chosen: '' }
let theme = matchMedia('(prefers-color-scheme: dark)').matches ? THEMES.dark : THEMES.light
let colours = holderColours(record, theme)
let atlas: Atlas | null = null

const place = el('div', { class: 'map', role: 'region', 'aria-label': 'Map' })
const key = el('details', { class: 'legend' }, el('summary', {}, 'Legend and filter'))
const panel = new Panel(record, (id) => { choice.chosen = id; atlas?.show(choice); centre(id) })
const timeline = new Timeline(record, axis(record), (day) => { choice.day = day; refresh() })
const toggle = button({ class: 'theme' }, () => { theme = theme.name === 'light' ? THEMES.dark : THEMES.light; dress() })

/** Show the choice everywhere. */
function refresh(): void {
  panel.show(choice)
  atlas?.show(choice)
}

/** Dress the page in the theme. */
function dress(): void {
  colours = holderColours(record, theme)
  document.documentElement.dataset.theme = theme.name
  toggle.textContent = theme.name === 'light' ? 'Dark' : 'Light'
  key.replaceChildren(key.firstElementChild!, legend(record, colours, theme, choice.hidden, refresh))
  atlas?.dressAs(theme, colours)
}

/** Bring what was chosen into view, if it has a point. */
function centre(id: string): void {
  const what = record.incidents.find((i) => i.id === id) ?? record.control.find((s) => s.id === id)
  if (what && what.lat !== null && what.lon !== null) atlas?.go(what.lon, what.lat, what.radius_km ?? 5)
}

function spanPicker(): HTMLElement {
  const select = el('select', {}, ...SPANS.map(([days, text]) => el('option', { value: String(days) }, text)))
  select.value = String(choice.span)
  select.addEventListener('change', () => { choice.span = Number(select.value); refresh() })
  return el('label', { class: 'span' }, 'Show ', select)
}

function found(what: Found): void {
  if (what.incidents.length) panel.showStack(what.incidents)
  else panel.open(what.control)
}

function drawMap(): void {
  try {
    atlas = new Atlas(place, record, colours, theme, found)
    atlas.show(choice)
  } catch (error) {
    place.append(el('p', { class: 'empty' }, `This browser cannot draw the map (${error}); the lists hold everything.`))
  }
}

const day = record.on ? dayText(dayNumber(record.on)) : 'day not known'
timeline.node.querySelector('.controls')!.append(spanPicker())
key.open = matchMedia('(min-width: 60rem)').matches
dress()
document.body.append(
  el('header', {}, el('h1', {}, 'Dateline'), el('p', {}, `${Object.keys(record.reports).length} reports up to ${day}. Corroborated means said by more than one originator; it does not mean true.`), toggle),
  el('main', {}, el('div', { class: 'stage' }, place, key), timeline.node, panel.node),
)
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') panel.back() })
refresh()
drawMap()
