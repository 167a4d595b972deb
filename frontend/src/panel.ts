// The side panel: lists of what stands on the day, and the evidence for the one chosen.
import { button, el } from './dom'
import { capital, controlEvidence, incidentEvidence, proposalEvidence } from './evidence'
import { stateText } from './looks'
import { adrift, controlOn, incidentsOn, type Choice } from './moment'
import { dayNumber, spanText, type Control, type Incident, type Proposal, type Record_ } from './record'

export type Tab = 'incidents' | 'control' | 'proposals' | 'adrift'
const TITLES: Record<Tab, string> = { incidents: 'Incidents', control: 'Control', proposals: 'Proposals', adrift: 'Not on the map' }
const MANY = 300 // rows drawn at once: a list redrawn on every step of the slider must stay quick
type Row = { id: string; title: string; detail: string }

export class Panel {
  readonly node = el('aside', { class: 'panel', 'aria-label': 'Record' })
  private tab: Tab = 'incidents'
  private stack: Set<string> | null = null
  private opened = ''
  private all = false
  private choice: Choice | null = null

  constructor(private readonly record: Record_, private readonly chosen: (id: string) => void) {}

  /** Draw the lists for a choice, or keep the evidence that is open. */
  show(choice: Choice): void {
    this.choice = choice
    if (!this.opened) this.list()
  }

  /** Show the incidents that share a point; a single one is opened at once. */
  showStack(ids: string[]): void {
    if (ids.length === 1) return this.open(ids[0])
    this.stack = new Set(ids)
    this.tab = 'incidents'
    this.close()
    this.node.querySelector<HTMLElement>('.stack')?.focus()
  }

  /** Open the evidence for an incident, a state of control or a proposal. */
  open(id: string): void {
    const article = this.article(id)
    if (!article) return
    this.opened = id
    this.node.replaceChildren(button({ class: 'back' }, () => this.back(), '‹ Back to the list'), article)
    this.node.scrollTop = 0
    article.querySelector<HTMLElement>('h2')?.focus({ preventScroll: false })
    this.chosen(id)
  }

  /** Go back from evidence to the list, to the row it was opened from. */
  back(): void {
    const id = this.opened
    if (!id) return
    this.close()
    this.node.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus()
  }

  private close(): void {
    this.opened = ''
    this.chosen('')
    this.list()
  }

  private article(id: string): HTMLElement | null {
    const by = <T extends { id: string }>(items: T[]) => items.find((i) => i.id === id)
    const incident = by(this.record.incidents)
    if (incident) return incidentEvidence(this.record, incident)
    const state = by(this.record.control)
    if (state) return controlEvidence(this.record, state)
    const proposal = by(this.record.proposals)
    return proposal ? proposalEvidence(this.record, proposal) : null
  }

  private list(): void {
    if (!this.choice) return
    const lists = this.rows(this.choice)
    const tabs = (Object.keys(TITLES) as Tab[]).map((tab) =>
      button({ 'aria-pressed': String(tab === this.tab) }, () => { this.tab = tab; this.stack = null; this.all = false; this.list(); this.focusTab() }, `${TITLES[tab]} ${lists[tab].length}`))
    const rows = lists[this.tab].filter((r) => !this.stack || this.stack.has(r.id))
    this.node.replaceChildren(el('nav', { class: 'tabs', 'aria-label': 'Lists' }, ...tabs), this.stackNote(rows.length), this.items(rows), this.unread())
  }

  private focusTab(): void {
    this.node.querySelector<HTMLElement>('.tabs [aria-pressed="true"]')?.focus()
  }

  private stackNote(count: number): HTMLElement | string {
    if (!this.stack) return ''
    return el('p', { class: 'stack', tabindex: '-1' }, `${count} incidents at this point. `, button({ class: 'link' }, () => { this.stack = null; this.list() }, 'Show all'))
  }

  private items(rows: Row[]): HTMLElement {
    if (!rows.length) return el('p', { class: 'empty' }, 'Nothing on record for this day, span and these types.')
    const shown = this.all ? rows : rows.slice(0, MANY)
    const line = (r: Row) => el('li', {}, button({ class: 'row', 'data-id': r.id }, () => this.open(r.id), el('strong', {}, r.title), el('span', {}, r.detail)))
    const rest = rows.length - shown.length
    const more = rest && el('li', {}, button({ class: 'row' }, () => { this.all = true; this.list() }, `Show ${rest} more`))
    return el('ul', { class: 'rows' }, ...shown.map(line), more || null)
  }

  private unread(): HTMLElement | string {
    if (!this.record.failures.length) return ''
    return el('details', {}, el('summary', {}, `What was not read: ${this.record.failures.length}`), el('ul', {}, ...this.record.failures.map((f) => el('li', {}, f))))
  }

  private rows(choice: Choice): Record<Tab, Row[]> {
    const opened = this.record.proposals.filter((p) => !p.opened || dayNumber(p.opened) <= choice.day)
    return {
      incidents: incidentsOn(this.record, choice).sort(latestFirst).map(incidentRow),
      control: controlOn(this.record, choice.day).map(controlRow),
      proposals: opened.map(proposalRow),
      adrift: [...adrift(this.record, choice).map(incidentRow), ...controlOn(this.record, choice.day).filter((s) => s.lat === null).map(controlRow)],
    }
  }
}

function latestFirst(a: Incident, b: Incident): number {
  return String(b.start).localeCompare(String(a.start)) || a.place_name.localeCompare(b.place_name)
}

function incidentRow(i: Incident): Row {
  const why = [i.place_name ? (i.lat === null ? 'place without a point' : '') : 'no place', i.start ? '' : 'no day'].filter(Boolean).join(', ')
  const who = [i.actors.slice(0, 2).join(', '), i.targets.slice(0, 2).join(', ')].filter(Boolean).join(' → ')
  return { id: i.id, title: `${capital(i.type)}${i.place_name ? `, ${i.place_name}` : ''}`, detail: [spanText(i.start, i.end), who, i.status, why].filter(Boolean).join(' · ') }
}

function controlRow(s: Control): Row {
  return { id: s.id, title: s.place_name, detail: `${stateText(s)} · since ${spanText(s.since, s.since)}` }
}

function proposalRow(p: Proposal): Row {
  return { id: p.id, title: `${capital(p.topic.replaceAll('_', ' '))}${p.place_name ? `, ${p.place_name}` : ''}`, detail: `${p.outcome} · ${p.steps.length} steps · opened ${spanText(p.opened, p.opened)}` }
}
