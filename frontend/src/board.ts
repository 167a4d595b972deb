// Puts the view together: one choice of day, span, families and thing, shown by the map, the lists, the timeline and the address.
import { Address } from './address'
import { Atlas, type Found } from './atlas'
import type { Tiles } from './basemap'
import { button, el } from './dom'
import { legend } from './legend'
import { FAMILIES, holderColours, THEMES, type Theme } from './looks'
import { Panel } from './panel'
import { dayNumber, type Incident } from './record'
import type { Choice, Evidence, Frame, Moment, Source } from './source'
import { axis, Timeline } from './timeline'

const ALL = 1_000_000
const SPANS: [number, string][] = [[1, 'that day'], [7, '7 days to it'], [30, '30 days to it'], [365, 'a year to it'], [ALL, 'all up to it']]
const SMALL_RECORD = 150
const WORLD: Frame = { box: [-180, -90, 180, 90], zoom: 2 }

/** How the page around the board differs: in a file or served, and which tiles lie over the base map. */
export interface Setting { inFile: boolean; tiles: Tiles | null }

export class Board {
  readonly node: HTMLElement
  readonly toggle = button({ class: 'theme' }, () => this.flip())
  private readonly choice: Choice
  private readonly address: Address
  private readonly panel: Panel
  private readonly timeline: Timeline
  private readonly place = el('div', { class: 'map', role: 'region', 'aria-label': 'Map' })
  private readonly key = el('details', { class: 'legend' }, el('summary', {}, 'Legend and filter'))
  private theme: Theme = kept() === 'dark' || (!kept() && matchMedia('(prefers-color-scheme: dark)').matches) ? THEMES.dark : THEMES.light
  private colours: Map<string, string>
  private atlas: Atlas | null = null
  private moment: Moment = { signs: [], control: [], towns: [] }
  private asked = new AbortController()

  /** Ask a source for its days and make a board of it. */
  static async make(source: Source, setting: Setting): Promise<Board> {
    return new Board(source, setting, axis(await source.bins(new Set()), source.summary.on))
  }

  private constructor(private readonly source: Source, private readonly setting: Setting, days: number[]) {
    this.address = new Address(setting.inFile)
    const view = this.address.read()
    const small = source.summary.size <= SMALL_RECORD
    this.choice = { day: days.at(-1)!, span: view.span ?? (small ? ALL : 30), hidden: new Set(view.hide), open: '' }
    this.colours = holderColours(source.summary.holders, this.theme)
    this.panel = new Panel(source, (told) => this.chosen(told))
    this.timeline = new Timeline(days, (day) => { this.choice.day = day; this.refresh() })
    this.timeline.add(this.spans())
    this.key.open = matchMedia('(min-width: 60rem)').matches
    this.node = el('div', { class: 'board' }, el('div', { class: 'stage' }, this.place, this.key), this.timeline.node, this.panel.node)
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.panel.back() })
    this.address.watch(() => this.follow())
    this.dress()
  }

  /** Draw the board, once its node stands in the page. */
  start(): void {
    const view = this.address.read()
    this.drawMap()
    if (view.on !== undefined) this.timeline.go(view.on)
    else void this.refresh()
    void this.bars()
    if (view.open) void this.panel.open(view.open)
    this.ready()
  }

  /** Say on the page that its first view is drawn. */
  private ready(): void {
    const say = () => { document.documentElement.dataset.ready = 'yes' }
    if (this.atlas) this.atlas.idle(say)
    else say()
  }

  /** Show the choice everywhere. */
  private async refresh(): Promise<void> {
    this.asked.abort()
    const { signal } = (this.asked = new AbortController())
    this.tell()
    try {
      this.moment = await this.source.moment(this.choice, this.atlas?.frame ?? WORLD, signal)
      if (signal.aborted) return
      this.atlas?.show(this.choice, this.moment)
    } catch {
      if (signal.aborted) return // the panel asks the same server and says what is wrong
    }
    await this.panel.show(this.choice, this.moment.control)
  }

  private async bars(): Promise<void> {
    this.timeline.draw(await this.source.bins(this.choice.hidden).catch(() => []))
  }

  /** The map was moved: what stands there may have to be asked for. */
  private moved(): void {
    if (this.source.follows) void this.refresh()
    else this.tell()
  }

  private tell(): void {
    this.address.write(this.choice, ALL, this.atlas?.look ?? this.address.read().look)
  }

  /** Go where the address says. */
  private follow(): void {
    const view = this.address.read()
    this.choice.hidden = new Set(view.hide)
    this.choice.span = view.span ?? this.choice.span
    this.dress()
    if (view.on !== undefined) this.timeline.go(view.on)
    if (view.open && view.open !== this.choice.open) void this.panel.open(view.open)
  }

  /** A thing was opened, or closed: mark it on the map and in time. */
  private chosen(told: Evidence | null): void {
    this.choice.open = told?.thing.id ?? ''
    const dated = told?.kind === 'incident' ? (told.thing as Incident) : null
    this.timeline.mark(dated?.start ? dayNumber(dated.start) : null, dated?.end ? dayNumber(dated.end) : null)
    this.atlas?.show(this.choice, this.moment)
    this.tell()
    const spot = told && 'lat' in told.thing ? told.thing : null
    if (spot && spot.lat !== null && spot.lon !== null) this.atlas?.go(spot.lon, spot.lat, spot.radius_km ?? 5)
  }

  private found(what: Found): void {
    void (what.incidents.length ? this.panel.showStack(what.incidents) : this.panel.open(what.control))
  }

  private flip(): void {
    this.theme = this.theme.name === 'light' ? THEMES.dark : THEMES.light
    if (!this.setting.inFile) localStorage.setItem('theme', this.theme.name)
    this.dress()
  }

  /** Dress the page in the theme. */
  private dress(): void {
    this.colours = holderColours(this.source.summary.holders, this.theme)
    document.documentElement.dataset.theme = this.theme.name
    this.toggle.textContent = this.theme.name === 'light' ? 'Dark' : 'Light'
    const families = Object.keys(FAMILIES).filter((f) => Object.values(this.source.summary.families).includes(f))
    const changed = () => { void this.refresh(); void this.bars() }
    this.key.replaceChildren(this.key.firstElementChild!, legend(families, this.colours, this.theme, this.choice.hidden, changed))
    this.atlas?.dressAs(this.theme, this.colours)
  }

  private spans(): HTMLElement {
    const select = el('select', {}, ...SPANS.map(([days, text]) => el('option', { value: String(days) }, text)))
    if (!SPANS.some(([days]) => days === this.choice.span)) select.append(el('option', { value: String(this.choice.span) }, `${this.choice.span} days to it`))
    select.value = String(this.choice.span)
    select.addEventListener('change', () => { this.choice.span = Number(select.value); void this.refresh() })
    return el('label', { class: 'span' }, 'Show ', select)
  }

  private drawMap(): void {
    const { tiles } = this.setting
    try {
      const look = this.address.read().look
      this.atlas = new Atlas({ place: this.place, summary: this.source.summary, theme: this.theme, colours: this.colours, tiles, look }, (what) => this.found(what), () => this.moved())
    } catch (error) {
      this.place.append(el('p', { class: 'empty' }, `This browser cannot draw the map (${error}); the lists hold everything.`))
    }
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem('theme')
  } catch {
    return null // a file may be denied storage
  }
}
