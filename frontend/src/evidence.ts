// Why we say so: one incident, state of control or proposal with every claim behind it.
import { el } from './dom'
import { stateText } from './looks'
import { rangeText, spanText, type Claim, type Control, type Incident, type Named, type Proposal, type Reason, type Record_ } from './record'

const words = (text: string) => text.replaceAll('_', ' ')
const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
const names = (items: Named[]) => items.map((n) => n.name ?? n.text).join(', ')

/** An incident's facts, tolls by source, evidence and reasons. */
export function incidentEvidence(record: Record_, incident: Incident): HTMLElement {
  return el('article', {},
    el('h2', { tabindex: '-1' }, `${capital(incident.type)}${incident.place_name ? ` in ${incident.place_name}` : ''}`),
    el('p', {}, badge(incident.status), ` ${plural(incident.reports, 'report')}, ${plural(incident.originators, 'originator')}`),
    facts([
      ['When', spanText(incident.start, incident.end) + precision(incident.date_precision)],
      ['Where', (incident.place_name || 'place not known') + precision(incident.where_precision)],
      ['By', incident.actors.join(', ')], ['Against or of', incident.targets.join(', ')], ['With', incident.means.join(', ')],
    ]),
    tolls(incident),
    evidence(record, incident.claims), reasons(incident.reasons))
}

/** A state of control with every assertion about it. */
export function controlEvidence(record: Record_, state: Control): HTMLElement {
  const said = state.assertions.map((a) => el('li', {}, `${spanText(a.day, a.day)}: ${a.claimant || 'the report'}: ${a.holder || 'a party not named'} ${a.effect}`))
  return el('article', {},
    el('h2', { tabindex: '-1' }, state.place_name),
    el('p', {}, badge(state.state), ` ${stateText(state)}`),
    facts([['Since', spanText(state.since, state.since)], ['Until', state.until ? spanText(state.until, state.until) : ''], ['Last spoken of', spanText(state.as_of, state.as_of)]]),
    el('h3', {}, 'Who says what'), el('ul', {}, ...said),
    evidence(record, state.assertions.map((a) => a.claim)), reasons(state.reasons))
}

/** A proposal's steps in order. */
export function proposalEvidence(record: Record_, proposal: Proposal): HTMLElement {
  const steps = proposal.steps.map((s) => el('li', {}, `${spanText(s.day, s.day)}: ${s.move} by ${s.by || 'a party not named'}${s.terms ? ` (${s.terms})` : ''}`))
  return el('article', {},
    el('h2', { tabindex: '-1' }, `Proposal: ${words(proposal.topic)}${proposal.place_name ? `, ${proposal.place_name}` : ''}`),
    el('p', {}, badge(proposal.outcome), ` opened ${spanText(proposal.opened, proposal.opened)}`),
    el('ol', {}, ...steps),
    evidence(record, proposal.steps.map((s) => s.claim)), reasons(proposal.reasons))
}

function tolls(incident: Incident): HTMLElement | null {
  if (!incident.tolls.length) return null
  const rows = incident.tolls.map((t) => el('tr', {},
    el('td', {}, capital(words(t.of))), el('td', {}, `${rangeText(t.low, t.high)}${t.who ? ` ${t.who}` : ''}`), el('td', {}, t.source || 'the report itself')))
  return el('table', { class: 'tolls' }, el('caption', {}, 'Tolls, as each source gives them'),
    el('thead', {}, el('tr', {}, ...['Harm', 'Number', 'Who says so'].map((h) => el('th', { scope: 'col' }, h)))), el('tbody', {}, ...rows))
}

function evidence(record: Record_, ids: string[]): HTMLElement {
  const claims = [...new Set(ids)].map((id) => record.claims[id]).filter(Boolean)
  return el('section', { 'aria-label': 'Evidence' }, el('h3', {}, `Evidence: ${plural(claims.length, 'claim')}`), ...claims.map((c) => quoted(record, c)))
}

function quoted(record: Record_, claim: Claim): HTMLElement {
  const chain = claim.source.map((s) => `${s.name ?? s.text} (${s.kind})`).join(' ← ')
  return el('figure', { class: 'claim' },
    el('blockquote', {}, ...marked(claim)),
    el('figcaption', {},
      el('div', {}, badge(claim.status), ` ${words(claim.type)}`, claim.actor.length ? ` by ${names(claim.actor)}` : '', claim.target.length ? `; of or against ${names(claim.target)}` : ''),
      el('div', {}, `Says who: ${chain || 'the report itself'}`),
      reportLine(record, claim)))
}

/** The sentence with its trigger word marked. */
function marked({ evidence: sentence, trigger }: Claim): (Node | string)[] {
  const from = trigger.start - sentence.start
  const to = trigger.end - sentence.start
  if (from < 0 || to > sentence.text.length) return [sentence.text]
  return [sentence.text.slice(0, from), el('mark', {}, sentence.text.slice(from, to)), sentence.text.slice(to)]
}

function reportLine(record: Record_, claim: Claim): HTMLElement {
  const report = record.reports[claim.report]
  const title = report.title || report.name
  const link = /^https?:\/\//i.test(report.url) ? el('a', { href: report.url, rel: 'noopener noreferrer', target: '_blank' }, title) : title
  const rest = [report.outlet, report.credit, report.published ? spanText(report.published, report.published) : 'day of publication not known']
  return el('div', { class: 'report' }, link, ` · ${rest.filter(Boolean).join(' · ')}`)
}

function reasons(items: Reason[]): HTMLElement | null {
  if (!items.length) return null
  const rows = items.map((r) => el('li', {}, `${r.feature} (${r.score.toFixed(2)}): ${r.detail}`))
  return el('details', {}, el('summary', {}, 'Why these belong together'), el('ul', {}, ...rows))
}

function facts(pairs: [string, string][]): HTMLElement {
  const rows = pairs.filter(([, value]) => value).flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])
  return el('dl', {}, ...rows)
}

function precision(value: number | null): string {
  return value !== null && value >= 3 ? ' (not exact)' : ''
}

function badge(text: string): HTMLElement {
  return el('span', { class: `badge badge-${text.replaceAll(/[^a-z]/g, '')}` }, words(text))
}

/** A word with its first letter raised. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
