// Why we say so: one incident, state of control or proposal with every claim behind it.
import { el } from './dom'
import { stateText } from './looks'
import { rangeText, spanText, type Claim, type Control, type Incident, type Named, type Proposal, type Reason, type Report, type Toll } from './record'
import type { Evidence } from './source'

const words = (text: string) => text.replaceAll('_', ' ')
const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
const names = (items: Named[]) => items.map((n) => n.name ?? n.text).join(', ')

const UNDER_WAY: Record<string, string> = { ongoing: 'under way', requested: 'asked for' }

/** One thing with everything behind it. */
export function article(told: Evidence): HTMLElement {
  const make = { incident: () => incident(told.thing as Incident), control: () => control(told.thing as Control), proposal: () => proposal(told.thing as Proposal) }
  return el('article', {}, ...make[told.kind](), claims(told), reasons(told.thing.reasons))
}

type Part = HTMLElement | null

/** An incident's facts and tolls. */
function incident(it: Incident): Part[] {
  const reprints = it.reprints ? `, ${plural(it.reprints, 'reprint')}` : ''
  return [
    el('h2', { tabindex: '-1' }, `${capital(it.type)}${it.place_name ? ` in ${it.place_name}` : ''}`),
    el('p', {}, badge(it.status), ` ${plural(it.reports, 'report')}${reprints}, ${plural(it.originators, 'originator')}`),
    facts([
      ['When', spanText(it.start, it.end, it.date_precision)],
      ['Where', (it.place_name || 'place not known') + exactness(it)],
      ['By', it.actors.join(', ')], ['Against or of', it.targets.join(', ')], ['With', it.means.join(', ')],
      ['In all', (it.overall ?? []).map((t) => `${words(t.of)}: ${rangeText(t.low, t.high)}${t.who ? ` ${t.who}` : ''}`).join('; ')],
    ]),
    tolls(it.tolls),
  ]
}

function exactness(it: Incident): string {
  if ((it.where_precision ?? 7) < 3) return ''
  return it.radius_km ? ` (not exact: within some ${Math.round(it.radius_km)} km)` : ' (not exact)'
}

/** A state of control, its claimants side by side. */
function control(state: Control): Part[] {
  const said = state.assertions.map((a) => [spanText(a.day, a.day), a.claimant || 'the report', `${a.holder || 'a party not named'} ${a.effect}`])
  return [
    el('h2', { tabindex: '-1' }, state.place_name),
    el('p', {}, badge(state.state), ` ${stateText(state)}`),
    facts([['Since', spanText(state.since, state.since)], ['Until', state.until ? spanText(state.until, state.until) : ''], ['Last spoken of', spanText(state.as_of, state.as_of)]]),
    table('Who says what', ['Day', 'Who says so', 'What'], said),
  ]
}

/** A proposal's steps in order. */
function proposal(it: Proposal): Part[] {
  const steps = it.steps.map((s) => el('li', {}, `${spanText(s.day, s.day)}: ${words(s.move)} by ${s.by || 'a party not named'}${s.terms ? ` (${s.terms})` : ''}`))
  return [
    el('h2', { tabindex: '-1' }, `Proposal: ${words(it.topic)}${it.place_name ? `, ${it.place_name}` : ''}`),
    el('p', {}, badge(it.outcome), ` opened ${spanText(it.opened, it.opened)}`),
    el('ol', {}, ...steps),
  ]
}

function tolls(given: Toll[]): Part {
  const rows = given.map((t) => [capital(words(t.of)), `${rangeText(t.low, t.high)}${t.who ? ` ${t.who}` : ''}`, t.source || 'the report itself'])
  return rows.length ? table('Tolls, as each source gives them', ['Harm', 'Number', 'Who says so'], rows) : null
}

function table(caption: string, heads: string[], rows: string[][]): HTMLElement {
  const cell = (text: string) => el('td', { dir: 'auto' }, text)
  return el('table', { class: 'tolls' }, el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...heads.map((h) => el('th', { scope: 'col' }, h)))), el('tbody', {}, ...rows.map((r) => el('tr', {}, ...r.map(cell)))))
}

function claims(told: Evidence): HTMLElement {
  return el('section', { 'aria-label': 'Evidence' }, el('h3', {}, `Evidence: ${plural(told.claims.length, 'claim')}`), ...told.claims.map((c) => quoted(c, told.reports[c.report])))
}

function quoted(claim: Claim, report: Report): HTMLElement {
  const chain = claim.source.map((s) => `${s.name ?? s.text} (${s.kind})`).join(' ← ')
  return el('figure', { class: 'claim' },
    el('blockquote', { dir: 'auto' }, ...marked(claim)),
    el('figcaption', {},
      el('div', {}, badge(claim.status), ` ${words(claim.type)}`, claim.actor.length ? ` by ${names(claim.actor)}` : '', claim.target.length ? `; of or against ${names(claim.target)}` : ''),
      el('div', {}, `Says who: ${chain || 'the report itself'}`),
      reportLine(report)))
}

/** The sentence with its trigger word marked. */
function marked({ evidence: sentence, trigger }: Claim): (Node | string)[] {
  const from = trigger.start - sentence.start
  const to = trigger.end - sentence.start
  if (from < 0 || to > sentence.text.length) return [sentence.text]
  return [sentence.text.slice(0, from), el('mark', {}, sentence.text.slice(from, to)), sentence.text.slice(to)]
}

function reportLine(report: Report): HTMLElement {
  const title = report.title || report.name
  const link = /^https?:\/\//i.test(report.url) ? el('a', { href: report.url, rel: 'noopener noreferrer', target: '_blank' }, title) : title
  const rest = [report.outlet, report.credit, report.published ? spanText(report.published, report.published) : 'day of publication not known']
  const hash = report.sha256 ? el('div', { class: 'hash' }, `SHA-256 of the original: ${report.sha256}`) : null
  return el('div', { class: 'report' }, el('span', { dir: 'auto' }, link), ` · ${rest.filter(Boolean).join(' · ')}`, hash)
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

function badge(text: string): HTMLElement {
  return el('span', { class: `badge badge-${text.replaceAll(/[^a-z]/g, '')}` }, UNDER_WAY[text] ?? words(text))
}

/** A word with its first letter raised. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
