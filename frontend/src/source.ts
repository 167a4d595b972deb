// Where the page gets what it shows: from the record embedded in a file, or from the server. Both answer the same questions.
import type { Claim, Control, Incident, Proposal, Report, Step, Town } from './record'

/** What is chosen: a day, the days up to it that count, the families hidden, and the thing that is open. */
export interface Choice { day: number; span: number; hidden: Set<string>; open: string }
/** A frame of the map: west, south, east, north in degrees, and its zoom. */
export interface Frame { box: [number, number, number, number]; zoom: number }

export interface Summary {
  on: number | null; reports: number; families: Record<string, string>; holders: string[]; failures: string[]
  bounds: [number, number, number, number] | null; size: number // incidents
}
/** Incidents drawn as one sign; `ids` is empty for a sign of too many to list. `radius_km` says how vague its place is. */
export interface Sign { lon: number; lat: number; count: number; families: Record<string, number>; vague: boolean; ids: string[]; radius_km: number | null }
export interface Moment { signs: Sign[]; control: Control[]; towns: Town[] }
/** How many incidents of each family began in the days `from` to `to`. */
export interface Bin { from: number; to: number; counts: Record<string, number> }
export interface Listed<T> { total: number; items: T[] }
export interface Evidence {
  kind: 'incident' | 'control' | 'proposal'; thing: Incident | Control | Proposal; claims: Claim[]; reports: Record<string, Report>
}
export interface Turn { place_name: string; before: Held | null; after: Held | null }
export interface Held { id: string; state: string; holder: string; claimed_by: string }
export interface Moved { id: string; topic: string; place_name: string; steps: Step[] }
export interface Changes { control: Turn[]; incidents: Listed<Incident>; proposals: Moved[] }
export type Shelf = 'incidents' | 'adrift' | 'proposals'

export interface Source {
  readonly summary: Summary
  /** Whether what stands on the map depends on its frame, so that a moved map asks anew. */
  readonly follows: boolean
  /** Address of a thing's own page, "" where there is none. */
  page(id: string): string
  bins(hidden: Set<string>): Promise<Bin[]>
  moment(choice: Choice, frame: Frame, signal: AbortSignal): Promise<Moment>
  listed(shelf: 'proposals', choice: Choice, offset: number, signal: AbortSignal): Promise<Listed<Proposal>>
  listed(shelf: 'incidents' | 'adrift', choice: Choice, offset: number, signal: AbortSignal): Promise<Listed<Incident>>
  incidents(ids: string[], signal: AbortSignal): Promise<Incident[]>
  evidence(id: string): Promise<Evidence>
  changes(from: number, to: number): Promise<Changes>
}
