// The record that a file carries, and every answer worked out from it in the browser.
import { dayNumber, isPlaced, type Claim, type Control, type Incident, type Proposal, type Report, type Town } from './record'
import type { Bin, Changes, Choice, Evidence, Held, Listed, Moment, Sign, Source, Summary } from './source'

const PAGE = 300 // rows given at once: a list redrawn on every step of the slider must stay quick

interface Carried {
  on: string | null; families: Record<string, string>; reports: Record<string, Report>; claims: Record<string, Claim>
  incidents: Incident[]; control: Control[]; proposals: Proposal[]; towns: Town[]; failures: string[]
}

export class Embedded implements Source {
  readonly follows = false
  readonly summary: Summary
  private readonly by: Map<string, Incident>

  constructor(private readonly record: Carried) {
    this.by = new Map(record.incidents.map((i) => [i.id, i]))
    this.summary = {
      on: record.on ? dayNumber(record.on) : null, reports: Object.keys(record.reports).length, families: record.families, failures: record.failures,
      holders: holders(record.control), bounds: middle([...record.incidents, ...record.control]), size: record.incidents.length,
    }
  }

  /** The record embedded in this page. */
  static read(): Embedded {
    return new Embedded(JSON.parse(document.getElementById('record')!.textContent!) as Carried)
  }

  page(): string {
    return ''
  }

  async bins(hidden: Set<string>): Promise<Bin[]> {
    const days = new Map<number, Record<string, number>>()
    for (const incident of this.record.incidents) {
      if (!incident.start) continue
      const counts = days.get(dayNumber(incident.start)) ?? {}
      const family = this.family(incident)
      days.set(dayNumber(incident.start), counts)
      if (!hidden.has(family)) counts[family] = (counts[family] ?? 0) + 1
    }
    for (const state of this.record.control) for (const day of [state.since, state.as_of]) days.set(dayNumber(day), days.get(dayNumber(day)) ?? {})
    return [...days].sort((a, b) => a[0] - b[0]).map(([day, counts]) => ({ from: day, to: day, counts }))
  }

  async moment(choice: Choice): Promise<Moment> {
    const signs = stacks(this.shown(choice).filter((i) => isPlaced(i) && touches(i, choice)))
    return { signs: signs.map((s) => this.sign(s)), control: this.control(choice.day), towns: this.record.towns }
  }

  listed(shelf: 'proposals', choice: Choice, offset: number): Promise<Listed<Proposal>>
  listed(shelf: 'incidents' | 'adrift', choice: Choice, offset: number): Promise<Listed<Incident>>
  async listed(shelf: string, choice: Choice, offset: number): Promise<Listed<Proposal> | Listed<Incident>> {
    if (shelf === 'proposals') return page(this.record.proposals.filter((p) => !p.opened || dayNumber(p.opened) <= choice.day), offset)
    const found = this.shown(choice).filter((i) => (shelf === 'adrift' ? !isPlaced(i) : isPlaced(i) && touches(i, choice)))
    return page(found.sort(latestFirst), offset)
  }

  async incidents(ids: string[]): Promise<Incident[]> {
    return ids.map((id) => this.by.get(id)).filter((i): i is Incident => Boolean(i)).sort(latestFirst)
  }

  async evidence(id: string): Promise<Evidence> {
    const incident = this.by.get(id)
    if (incident) return this.with('incident', incident, incident.claims)
    const state = this.record.control.find((s) => s.id === id)
    if (state) return this.with('control', state, state.assertions.map((a) => a.claim))
    const proposal = this.record.proposals.find((p) => p.id === id)
    if (proposal) return this.with('proposal', proposal, proposal.steps.map((s) => s.claim))
    throw new Error(`Nothing in this file has the id ${id}; choose from the lists.`)
  }

  async changes(from: number, to: number): Promise<Changes> {
    const began = this.record.incidents.filter((i) => i.start && after(i.start, from, to)).sort(latestFirst)
    const moved = this.record.proposals.map((p) => ({ ...p, steps: p.steps.filter((s) => s.day && after(s.day, from, to)) }))
    return { control: this.turns(from, to), incidents: page(began, 0), proposals: moved.filter((p) => p.steps.length) }
  }

  private turns(from: number, to: number): Changes['control'] {
    const before = new Map(this.control(from).map((s) => [s.place, s]))
    const now = new Map(this.control(to).map((s) => [s.place, s]))
    const places = [...new Set([...before.keys(), ...now.keys()])]
    const pairs = places.map((p) => ({ place_name: (now.get(p) ?? before.get(p))!.place_name, before: held(before.get(p)), after: held(now.get(p)) }))
    return pairs.filter((t) => JSON.stringify({ ...t.before, id: '' }) !== JSON.stringify({ ...t.after, id: '' }))
  }

  private control(day: number): Control[] {
    return this.record.control.filter((s) => dayNumber(s.since) <= day && (!s.until || day <= dayNumber(s.until)))
  }

  private shown(choice: Choice): Incident[] {
    return this.record.incidents.filter((i) => !choice.hidden.has(this.family(i)))
  }

  private family(incident: Incident): string {
    return this.record.families[incident.type] ?? 'other'
  }

  private sign(stack: Incident[]): Sign {
    const families: Record<string, number> = {}
    for (const i of stack) families[this.family(i)] = (families[this.family(i)] ?? 0) + 1
    const vague = stack.every((i) => (i.where_precision ?? 7) >= 3)
    const radius = Math.max(...stack.map((i) => i.radius_km ?? 0))
    return { lon: stack[0].lon!, lat: stack[0].lat!, count: stack.length, families, vague, ids: stack.map((i) => i.id), radius_km: radius || null }
  }

  private with(kind: Evidence['kind'], thing: Evidence['thing'], ids: string[]): Evidence {
    const claims = [...new Set(ids)].map((id) => this.record.claims[id]).filter(Boolean)
    return { kind, thing, claims, reports: this.record.reports }
  }
}

function held(state: Control | undefined): Held | null {
  return state ? { id: state.id, state: state.state, holder: state.holder, claimed_by: state.claimed_by } : null
}

function after(iso: string, from: number, to: number): boolean {
  return dayNumber(iso) > from && dayNumber(iso) <= to
}

function page<T>(items: T[], offset: number): Listed<T> {
  return { total: items.length, items: items.slice(offset, offset + PAGE) }
}

function touches(incident: Incident, choice: Choice): boolean {
  const start = dayNumber(incident.start!)
  const end = incident.end ? dayNumber(incident.end) : start
  return start <= choice.day && end > choice.day - choice.span
}

function latestFirst(a: Incident, b: Incident): number {
  return String(b.start).localeCompare(String(a.start)) || a.place_name.localeCompare(b.place_name)
}

/** Incidents that share one point, by that point. */
function stacks(incidents: Incident[]): Incident[][] {
  const found = new Map<string, Incident[]>()
  for (const incident of incidents) {
    const key = `${incident.lat!.toFixed(4)},${incident.lon!.toFixed(4)}`
    const stack = found.get(key)
    if (stack) stack.push(incident)
    else found.set(key, [incident])
  }
  return [...found.values()]
}

/** Names of those who hold places, the most often named first. */
function holders(control: Control[]): string[] {
  const named = new Map<string, number>()
  for (const state of control) {
    const who = state.state === 'claimed' ? state.claimed_by : state.holder
    if (who) named.set(who, (named.get(who) ?? 0) + state.assertions.length)
  }
  return [...named].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([who]) => who)
}

/** A frame about the middle of what is on record: far outliers do not stretch it. */
function middle(things: { lat: number | null; lon: number | null }[]): Summary['bounds'] {
  const points = things.filter((p) => p.lat !== null && p.lon !== null)
  if (!points.length) return null
  const [west, east] = inner(points.map((p) => p.lon!))
  const [south, north] = inner(points.map((p) => p.lat!))
  return [west, south, east, north]
}

function inner(values: number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]
  return [at(0.1), at(0.9)]
}
