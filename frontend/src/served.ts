// The record of a server, asked for part by part; an answer that is no longer wanted is given up.
import { dayIso, dayNumber, type Claim, type Control, type Incident, type Proposal, type Report, type Town } from './record'
import type { Bin, Changes, Choice, Evidence, Frame, Listed, Moment, Sign, Source, Summary } from './source'

const PAGE = 50
const BINS = 2000
const PAGES: Record<string, string> = { inc: 'incidents', ctl: 'control', prp: 'proposals', civ: 'civilians', clm: 'claims' }
type Words = Record<string, string | number | string[] | undefined>

export class Served implements Source {
  readonly follows = true

  private constructor(private readonly root: string, readonly summary: Summary) {}

  /** Ask the server at `root` ("/api/") what its record holds. */
  static async open(root: string): Promise<Served> {
    type Told = { on: string | null; counts: Record<string, number>; families: Record<string, string>; holders: [string, number][] }
    const [told, clusters] = await Promise.all([get<Told>(`${root}record`), get<{ items: Sign[] }>(`${root}clusters?zoom=5`)])
    return new Served(root, {
      on: told.on ? dayNumber(told.on) : null, reports: told.counts.reports ?? 0, families: told.families, holders: told.holders.map(([who]) => who),
      failures: [], bounds: middle(clusters.items), size: told.counts.incidents ?? 0,
    })
  }

  page(id: string): string {
    const pages = PAGES[id.slice(0, 3)]
    return pages ? `/${pages}/${encodeURIComponent(id)}` : ''
  }

  async bins(hidden: Set<string>): Promise<Bin[]> {
    type Told = { bins: { from: string; to: string; counts: Record<string, number> }[] }
    const family = this.families(hidden)
    const { bins } = family?.length === 0 ? { bins: [] } : await this.ask<Told>('density', { bins: BINS, family })
    return bins.filter((b) => Object.keys(b.counts).length).map((b) => ({ from: dayNumber(b.from), to: dayNumber(b.to), counts: b.counts }))
  }

  async moment(choice: Choice, frame: Frame, signal: AbortSignal): Promise<Moment> {
    const box = frame.box.map((n) => n.toFixed(4)).join(',')
    const family = this.families(choice.hidden)
    const [signs, control, towns] = await Promise.all([
      family?.length === 0 ? { items: [] } : this.ask<{ items: Sign[] }>('clusters', { ...this.days(choice), family, box, zoom: frame.zoom }, signal),
      this.ask<{ items: Control[] }>('control', { on: dayIso(choice.day), box }, signal),
      this.ask<{ items: Town[] }>('towns', { box }, signal),
    ])
    return { signs: signs.items, control: control.items, towns: towns.items }
  }

  listed(shelf: 'proposals', choice: Choice, offset: number, signal: AbortSignal): Promise<Listed<Proposal>>
  listed(shelf: 'incidents' | 'adrift', choice: Choice, offset: number, signal: AbortSignal): Promise<Listed<Incident>>
  listed(shelf: string, choice: Choice, offset: number, signal: AbortSignal): Promise<Listed<Proposal> | Listed<Incident>> {
    if (shelf === 'proposals') return this.ask('proposals', { to: dayIso(choice.day), offset, limit: PAGE }, signal)
    const family = this.families(choice.hidden)
    if (family?.length === 0) return Promise.resolve({ total: 0, items: [] })
    const adrift = shelf === 'adrift'
    const days = adrift ? {} : this.days(choice)
    return this.ask('incidents', { ...days, family, placed: adrift ? 'no' : 'yes', offset, limit: PAGE }, signal)
  }

  async incidents(ids: string[]): Promise<Incident[]> {
    return (await this.ask<{ items: Incident[] }>('rows', { id: ids })).items
  }

  async evidence(id: string): Promise<Evidence> {
    type Told = { kind: Evidence['kind']; thing: Evidence['thing']; claims: (Omit<Claim, 'report'> & { report: Report & { id: string } })[] }
    const told = await this.ask<Told>(`things/${encodeURIComponent(id)}`, {})
    const reports = Object.fromEntries(told.claims.map((c) => [c.report.id, c.report]))
    return { kind: told.kind, thing: told.thing, claims: told.claims.map((c) => ({ ...c, report: c.report.id })), reports }
  }

  changes(from: number, to: number): Promise<Changes> {
    return this.ask('changes', { from: dayIso(from), to: dayIso(to) })
  }

  private ask<T>(what: string, words: Words, signal?: AbortSignal): Promise<T> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(words)) for (const one of value === undefined ? [] : [value].flat()) query.append(name, String(one))
    return get<T>(`${this.root}${what}?${query}`, signal)
  }

  private days(choice: Choice): Words {
    const first = choice.day - choice.span + 1
    return { from: first > 0 || choice.span < choice.day ? dayIso(first) : undefined, to: dayIso(choice.day) }
  }

  /** The families to ask for; none named when all are shown, an empty list when none is. */
  private families(hidden: Set<string>): string[] | undefined {
    if (!hidden.size) return undefined
    const shown = [...new Set(Object.values(this.summary.families))].filter((f) => !hidden.has(f))
    return shown
  }
}

async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(address, { signal, headers: { Accept: 'application/json' } })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Error('The server does not answer; check that dateline serve is running, then try again.')
  }
  const told = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(told.error ? `${told.error}; ${told.way_out}` : `The server answered ${answer.status}; load the page again.`)
  return told as T
}

/** A frame about the middle of the signs: far outliers do not stretch it. */
function middle(signs: Sign[]): Summary['bounds'] {
  const total = signs.reduce((sum, s) => sum + s.count, 0)
  if (!total) return null
  const inner = (of: (s: Sign) => number): [number, number] => {
    const sorted = signs.toSorted((a, b) => of(a) - of(b))
    const at = (share: number) => {
      let seen = 0
      return of(sorted.find((s) => (seen += s.count) >= share * total) ?? sorted.at(-1)!)
    }
    return [at(0.1), at(0.9)]
  }
  const [west, east] = inner((s) => s.lon)
  const [south, north] = inner((s) => s.lat)
  return [west, south, east, north]
}
