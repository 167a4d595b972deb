// The things a record holds, and days counted as whole numbers.

export interface Reason { feature: string; score: number; detail: string; left: string; right: string }
export interface Toll { of: string; low: number | null; high: number | null; who: string; source: string; claims: string[] }
export interface Incident {
  id: string; type: string; status: string; start: string | null; end: string | null; place: string; place_name: string
  lat: number | null; lon: number | null; radius_km: number | null; where_precision: number | null; date_precision: number | null
  actors: string[]; targets: string[]; means: string[]; tolls: Toll[]; claims: string[]
  reports: number; outlets?: number; originators: number; reasons: Reason[]; overall?: Toll[]; reprints?: number
}
export interface Assertion { claim: string; holder: string; claimant: string; effect: string; day: string }
export interface Control {
  id: string; place: string; place_name: string; lat: number | null; lon: number | null; radius_km: number | null
  state: string; holder: string; claimed_by: string; since: string; until: string | null; as_of: string
  assertions: Assertion[]; reasons: Reason[]
}
export interface Step { claim: string; move: string; by: string; day: string | null; source: string; terms: string }
export interface Proposal {
  id: string; topic: string; place_name: string; opened: string | null; outcome: string; steps: Step[]; reasons: Reason[]
}
export interface Named { text: string; name: string | null }
export interface Source extends Named { kind: string }
export interface Quote { start: number; end: number; text: string }
export interface Claim {
  id: string; report: string; type: string; status: string; trigger: Quote; evidence: Quote
  actor: Named[]; target: Named[]; source: Source[]
}
export interface Report { title: string; outlet: string; published: string | null; name: string; url: string; credit?: string; sha256?: string }
export interface Town { name: string; lat: number; lon: number; kind: string; mentions: number }
const DAY = 86_400_000

/** A calendar day as a whole number of days, so that days can be compared and counted. */
export function dayNumber(iso: string): number {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY)
}

/** A day number as an ISO day. */
export function dayIso(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** A day number in words, such as "7 December 2016". */
export function dayText(day: number): string {
  const format: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }
  return new Date(day * DAY).toLocaleDateString('en-GB', format)
}

/** A span of ISO days in words; of an imprecise date (UCDP date_prec 3 and more) only that it lies between them is said. */
export function spanText(start: string | null, end: string | null, precision: number | null = 1): string {
  if (!start) return 'day not known'
  const from = dayText(dayNumber(start))
  if (!end || end === start) return from
  const to = dayText(dayNumber(end))
  return (precision ?? 1) >= 3 ? `some time between ${from} and ${to}` : `${from} to ${to}`
}

/** A count range in words; an open end is said, not guessed. */
export function rangeText(low: number | null, high: number | null): string {
  const say = (n: number) => n.toLocaleString('en-GB')
  if (low === null) return high === null ? 'a number not given' : `up to ${say(high)}`
  if (high === null) return `at least ${say(low)}`
  return low === high ? say(low) : `${say(low)} to ${say(high)}`
}

/** Whether an incident can stand on the map and on the timeline. */
export function isPlaced(incident: Incident): boolean {
  return incident.lat !== null && incident.lon !== null && incident.start !== null
}
