// What stands on one day: the states of control, and the incidents inside the chosen span of days.
import { dayNumber, isPlaced, type Control, type Incident, type Record_ } from './record'

export interface Choice { day: number; span: number; hidden: Set<string>; chosen: string }

/** Incidents whose days touch the span that ends on the chosen day, without the families filtered out. */
export function incidentsOn(record: Record_, choice: Choice): Incident[] {
  return shown(record, choice).filter((i) => isPlaced(i) && touches(i, choice))
}

/** Incidents that have no place or no day, and so cannot stand on the map. */
export function adrift(record: Record_, choice: Choice): Incident[] {
  return shown(record, choice).filter((i) => !isPlaced(i))
}

function shown(record: Record_, choice: Choice): Incident[] {
  return record.incidents.filter((i) => !choice.hidden.has(record.families[i.type] ?? 'other'))
}

function touches(incident: Incident, choice: Choice): boolean {
  const start = dayNumber(incident.start!)
  const end = incident.end ? dayNumber(incident.end) : start
  return start <= choice.day && end > choice.day - choice.span
}

/** The state of each place on a day. */
export function controlOn(record: Record_, day: number): Control[] {
  return record.control.filter((s) => dayNumber(s.since) <= day && (!s.until || day <= dayNumber(s.until)))
}

/** Incidents that share one point, by that point. */
export function stacks(incidents: Incident[]): Incident[][] {
  const found = new Map<string, Incident[]>()
  for (const incident of incidents) {
    const key = `${incident.lat!.toFixed(4)},${incident.lon!.toFixed(4)}`
    found.set(key, [...(found.get(key) ?? []), incident])
  }
  return [...found.values()]
}
