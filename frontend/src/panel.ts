// The side panel: lists of what stands on the day, what changed between two days, and the evidence for the one thing chosen.
import { button, el } from './dom'
import { article, capital } from './evidence'
import { stateText } from './looks'
import { dayIso, dayNumber, dayText, spanText, type Control, type Incident, type Proposal } from './record'
import type { Changes, Choice, Evidence, Held, Listed, Source } from './source'

type Tab = 'incidents' | 'control' | 'proposals' | 'adrift' | 'changes'
const TITLES: Record<Tab, string> = { incidents: 'Incidents', control: 'Control', proposals: 'Proposals', adrift: 'Not on the map', changes: 'Changes' }
const EMPTY: Record<Tab, string> = {
  incidents: 'Nothing on record for this day, span and these types. Move the slider, or show more types in the legend.',
  control: 'Nobody is said to hold a place here on this day.', proposals: 'No proposal was opened up to this day.',
  adrift: 'Every incident has a place and a day.', changes: 'Nothing changed between these days.',
}
interface Row { id: string; title: string; detail: string }
interface Lists { rows: Record<Exclude<Tab, 'changes'>, Row[]>; totals: Record<Exclude<Tab, 'changes'>, number> }

export class Panel {
  readonly node = el('aside', { class: 'panel', 'aria-label': 'Record' })
  private tab: Tab = 'incidents'
  private stack: Row[] | null = null
  private opened = ''
  private lists: Lists | null = null
  private choice: Choice | null = null
  private control: Control[] = []
  private asked = new AbortController()
  private compared: [number, number] | null = null

  /** `chosen` is told what was opened, null when it was closed. */
  constructor(private readonly source: Source, private readonly chosen: (told: Evidence | null) => void) {}

  /** Show the lists for a choice and the control on the map; evidence that is open stays. */
  async show(choice: Choice, control: Control[]): Promise<void> {
    this.asked.abort()
    const { signal } = (this.asked = new AbortController())
    this.choice = choice
    this.control = control
    this.node.setAttribute('aria-busy', 'true')
    try {
      const [incidents, adrift, proposals] = await Promise.all([
        this.source.listed('incidents', choice, 0, signal), this.source.listed('adrift', choice, 0, signal), this.source.listed('proposals', choice, 0, signal),
      ])
      const nowhere = control.filter((s) => s.lat === null)
      this.lists = {
        rows: { incidents: incidents.items.map(incidentRow), adrift: [...adrift.items.map(incidentRow), ...nowhere.map(controlRow)], proposals: proposals.items.map(proposalRow), control: control.map(controlRow) },
        totals: { incidents: incidents.total, adrift: adrift.total + nowhere.length, proposals: proposals.total, control: control.length },
      }
      if (!this.opened) this.draw()
    } catch (error) {
      if (!signal.aborted) this.fail(error, () => this.show(choice, control))
    } finally {
      if (!signal.aborted) this.node.removeAttribute('aria-busy')
    }
  }

  /** Show the incidents that share a sign; a single one is opened at once. */
  async showStack(ids: string[]): Promise<void> {
    if (ids.length === 1) return this.open(ids[0])
    this.opened = ''
    this.tab = 'incidents'
    this.stack = (await this.source.incidents(ids, this.asked.signal)).map(incidentRow)
    this.chosen(null)
    this.draw()
    this.node.querySelector<HTMLElement>('.stack')?.focus()
  }

  /** Open the evidence for an incident, a state of control or a proposal. */
  async open(id: string): Promise<void> {
    this.opened = id
    try {
      const told = await this.source.evidence(id)
      if (this.opened !== id) return
      const page = this.source.page(id)
      this.node.replaceChildren(button({ class: 'back' }, () => this.back(), '‹ Back to the list'), page ? el('a', { class: 'whole', href: page }, 'Open its page: correct, split, merge') : '', article(told))
      this.node.scrollTop = 0
      this.node.querySelector<HTMLElement>('h2')?.focus({ preventScroll: false })
      this.chosen(told)
    } catch (error) {
      this.fail(error, () => this.open(id))
    }
  }

  /** Go back from evidence to the list, to the row it was opened from. */
  back(): void {
    const id = this.opened
    if (!id) return
    this.opened = ''
    this.chosen(null)
    this.draw()
    this.node.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus()
  }

  private fail(error: unknown, again: () => void): void {
    const say = error instanceof Error ? error.message : String(error)
    this.node.replaceChildren(button({ class: 'back' }, () => { this.opened = ''; this.draw() }, '‹ Back to the list'), el('p', { class: 'wrong', role: 'alert' }, say), button({}, again, 'Try again'))
  }

  private draw(): void {
    if (!this.lists) return
    const totals = this.lists.totals
    const tabs = (Object.keys(TITLES) as Tab[]).map((tab) =>
      button({ 'aria-pressed': String(tab === this.tab) }, () => this.turn(tab), tab === 'changes' ? TITLES[tab] : `${TITLES[tab]} ${totals[tab]}`))
    this.node.replaceChildren(el('nav', { class: 'tabs', 'aria-label': 'Lists' }, ...tabs), ...(this.tab === 'changes' ? [this.comparison()] : this.rows(this.tab)), this.unread())
  }

  private turn(tab: Tab): void {
    this.tab = tab
    this.stack = null
    this.draw()
    this.node.querySelector<HTMLElement>('.tabs [aria-pressed="true"]')?.focus()
  }

  private rows(tab: Exclude<Tab, 'changes'>): HTMLElement[] {
    const rows = this.stack ?? this.lists!.rows[tab]
    const note = this.stack ? [el('p', { class: 'stack', tabindex: '-1' }, `${rows.length} incidents at this point. `, button({ class: 'link' }, () => { this.stack = null; this.draw() }, 'Show all'))] : []
    if (!rows.length) return [...note, el('p', { class: 'empty' }, EMPTY[tab])]
    const rest = this.stack || tab === 'control' ? 0 : this.lists!.totals[tab] - rows.length
    const more = rest > 0 && el('li', {}, button({ class: 'row' }, () => this.more(tab as 'incidents'), `Show more of ${this.lists!.totals[tab].toLocaleString('en-GB')}`))
    return [...note, el('ul', { class: 'rows' }, ...rows.map((r) => this.row(r)), more || null)]
  }

  private row(r: Row): HTMLElement {
    return el('li', {}, button({ class: 'row', 'data-id': r.id }, () => void this.open(r.id), el('strong', { dir: 'auto' }, r.title), el('span', { dir: 'auto' }, r.detail)))
  }

  private async more(tab: 'incidents' | 'adrift' | 'proposals'): Promise<void> {
    const rows = this.lists!.rows[tab]
    const { signal } = this.asked
    const next: Listed<Incident> | Listed<Proposal> = tab === 'proposals' ? await this.source.listed(tab, this.choice!, rows.length, signal) : await this.source.listed(tab, this.choice!, rows.length, signal)
    if (signal.aborted) return
    rows.push(...next.items.map((i) => ('topic' in i ? proposalRow(i) : incidentRow(i))))
    this.draw()
  }

  private unread(): HTMLElement | string {
    const { failures } = this.source.summary
    if (!failures.length) return ''
    return el('details', {}, el('summary', {}, `What was not read: ${failures.length}`), el('ul', {}, ...failures.map((f) => el('li', { dir: 'auto' }, f))))
  }

  /** What changed between two days: the days to choose, and the lists below. */
  private comparison(): HTMLElement {
    const [from, to] = this.compared ?? [this.choice!.day - 7, this.choice!.day]
    const found = el('div', { 'aria-live': 'polite' }, el('p', { class: 'empty' }, 'Comparing …'))
    const picker = (label: string, day: number, at: 0 | 1) => {
      const input = el('input', { type: 'date', value: dayIso(day), required: '' })
      input.addEventListener('change', () => {
        if (!input.value) return
        this.compared = [from, to]
        this.compared[at] = dayNumber(input.value)
        this.draw()
      })
      return el('label', {}, label, input)
    }
    void this.compare(from, to, found)
    return el('section', { class: 'changes', 'aria-label': 'Changes' }, el('div', { class: 'days' }, picker('After ', from, 0), picker('up to ', to, 1)), found)
  }

  private async compare(from: number, to: number, found: HTMLElement): Promise<void> {
    if (from > to) return found.replaceChildren(el('p', { class: 'wrong' }, 'The first day is after the second; choose an earlier one.'))
    try {
      found.replaceChildren(...this.changed(await this.source.changes(from, to), from, to))
    } catch (error) {
      found.replaceChildren(el('p', { class: 'wrong', role: 'alert' }, error instanceof Error ? error.message : String(error)))
    }
  }

  private changed(told: Changes, from: number, to: number): HTMLElement[] {
    const turns = told.control.map((t) => ({ id: (t.after ?? t.before)!.id, title: t.place_name, detail: `${heldText(t.before)} → ${heldText(t.after)}` }))
    const moves = told.proposals.map((p) => ({ id: p.id, title: `${capital(p.topic.replaceAll('_', ' '))}${p.place_name ? `, ${p.place_name}` : ''}`, detail: p.steps.map((s) => `${s.move} by ${s.by || 'a party not named'}`).join('; ') }))
    const part = (title: string, rows: Row[], of: number) => rows.length ? [el('h3', {}, `${title} ${of}`), el('ul', { class: 'rows' }, ...rows.map((r) => this.row(r)))] : []
    const parts = [
      ...part('Control', turns, turns.length), ...part('Proposals', moves, moves.length),
      ...part('New incidents', told.incidents.items.map(incidentRow), told.incidents.total),
    ]
    return parts.length ? parts : [el('p', { class: 'empty' }, `${EMPTY.changes} (${dayText(from)} to ${dayText(to)})`)]
  }
}

function heldText(held: Held | null): string {
  if (!held) return 'nothing said'
  return stateText(held)
}

function incidentRow(i: Incident): Row {
  const why = [i.place_name ? (i.lat === null ? 'place without a point' : '') : 'no place', i.start ? '' : 'no day'].filter(Boolean).join(', ')
  const who = [i.actors.slice(0, 2).join(', '), i.targets.slice(0, 2).join(', ')].filter(Boolean).join(' → ')
  return { id: i.id, title: `${capital(i.type)}${i.place_name ? `, ${i.place_name}` : ''}`, detail: [spanText(i.start, i.end, i.date_precision), who, i.status, why].filter(Boolean).join(' · ') }
}

function controlRow(s: Control): Row {
  return { id: s.id, title: s.place_name, detail: `${stateText(s)} · since ${spanText(s.since, s.since)}` }
}

function proposalRow(p: Proposal): Row {
  return { id: p.id, title: `${capital(p.topic.replaceAll('_', ' '))}${p.place_name ? `, ${p.place_name}` : ''}`, detail: `${p.outcome} · ${p.steps.length} steps · opened ${spanText(p.opened, p.opened)}` }
}
