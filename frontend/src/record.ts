// The record as the page carries it, and days counted as whole numbers.

export interface Reason { feature: string; score: number; detail: string; left: string; right: string }
export interface Toll { of: string; low: number | null; high: number | null; who: string; source: string; claims: string[] }
export interface Incident {
  id: string; type: string; status: string; start: string | null; end: string | null; place: string; place_name: string
  lat: number | null; lon: number | null; radius_km: number | null; where_precision: number | null; date_precision: number | null
  actors: string[]; targets: string[]; means: string[]; tolls: Toll[]; claims: string[]
  reports: number; outlets: number; originators: number; reasons: Reason[]
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
export interface Source extends Named { kind: string; side: string | null }
export interface Quote { start: number; end: number; text: string }
export interface Claim {
  id: string; report: string; type: string; status: string; trigger: Quote; evidence: Quote
  actor: Named[]; target: Named[]; place: Named[]; source: Source[]; time: { start: string; end: string; text: string } | null
}
export interface Report { title: string; outlet: string; published: string | null; name: string; url: string; credit: string }
export interface Town { name: string; lat: number; lon: number; kind: string; mentions: number }
export interface Record_ {
  on: string | null; families: Record<string, string>; reports: Record<string, Report>; claims: Record<string, Claim>
  incidents: Incident[]; control: Control[]; proposals: Proposal[]; towns: Town[]; failures: string[]
}

const DAY = 86_400_000

/** The record embedded in the page. */
export function readRecord(): Record_ {
  return JSON.parse(document.getElementById('record')!.textContent!) as Record_
}

/** A calendar day as a whole number of days, so that days can be compared and counted. */
export function dayNumber(iso: string): number {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY)
}

/** A day number in words, such as "7 December 2016". */
export function dayText(day: number): string {
  const format: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }
  return new Date(day * DAY).toLocaleDateString('en-GB', format)
}

/** A span of ISO days in words. */
export function spanText(start: string | null, end: string | null): string {
  if (!start) return 'day not known'
  const from = dayText(dayNumber(start))
  return !end || end === start ? from : `${from} to ${dayText(dayNumber(end))}`
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
