// The time slider: a day at a time, with how much happened when. Long stretches in which nothing is on record are folded away.
import { button, el } from './dom'
import { dayNumber, dayText, isPlaced, type Record_ } from './record'

const FOLD = 60
const BARS = 200
const STEP_MS = 450

/** The days the slider runs over; a silence longer than `FOLD` days is cut down to its first and last. */
export function axis(record: Record_): number[] {
  const busy = [...busyDays(record)].sort((a, b) => a - b)
  if (!busy.length) return [record.on ? dayNumber(record.on) : 0]
  const days: number[] = []
  for (const day of busy) {
    const last = days.at(-1)
    if (last !== undefined && day - last <= FOLD) for (let d = last + 1; d < day; d++) days.push(d)
    days.push(day)
  }
  return days
}

function busyDays(record: Record_): Set<number> {
  const found = new Set<number>()
  for (const incident of record.incidents) if (incident.start) found.add(dayNumber(incident.start))
  for (const state of record.control) for (const day of [state.since, state.as_of]) found.add(dayNumber(day))
  if (record.on) found.add(dayNumber(record.on))
  return found
}

function folded(days: number[]): boolean {
  return days.at(-1)! - days[0] + 1 > days.length
}

export class Timeline {
  readonly node: HTMLElement
  private readonly slider: HTMLInputElement
  private readonly shown = el('output', { class: 'day', 'aria-live': 'polite' })
  private readonly player: HTMLButtonElement
  private timer = 0

  constructor(record: Record_, private readonly days: number[], private readonly changed: (day: number) => void) {
    this.slider = el('input', { type: 'range', min: '0', max: String(days.length - 1), step: '1', 'aria-label': 'Day' })
    this.slider.value = this.slider.max
    this.slider.addEventListener('input', () => { this.stop(); this.tell() })
    this.player = button({ class: 'play', 'aria-label': 'Play day by day' }, () => this.toggle(), '▶')
    const step = (by: number, label: string, sign: string) => button({ 'aria-label': label }, () => { this.stop(); this.move(by) }, sign)
    this.node = el('section', { class: 'timeline', 'aria-label': 'Timeline' },
      el('div', { class: 'controls' }, this.player, step(-1, 'Previous day', '‹'), step(1, 'Next day', '›'), this.shown),
      el('div', { class: 'track' }, this.bars(record), this.slider,
        el('div', { class: 'ends' }, el('span', {}, dayText(days[0])), folded(days) && el('span', {}, `stretches of over ${FOLD} days with nothing on record are left out`), el('span', {}, dayText(days.at(-1)!)))))
    this.tell()
  }

  /** The chosen day. */
  get day(): number {
    return this.days[Number(this.slider.value)]
  }

  /** Choose the day nearest to one asked for. */
  go(day: number): void {
    this.stop()
    const near = this.days.reduce((best, d, i) => (Math.abs(d - day) < Math.abs(this.days[best] - day) ? i : best), 0)
    this.slider.value = String(near)
    this.tell()
  }

  private move(by: number): void {
    this.slider.value = String(Number(this.slider.value) + by)
    this.tell()
  }

  private tell(): void {
    const text = dayText(this.day)
    this.shown.textContent = text
    this.slider.setAttribute('aria-valuetext', text)
    const share = this.days.length > 1 ? Number(this.slider.value) / (this.days.length - 1) : 1
    this.node.style.setProperty('--at', String(share))
    this.changed(this.day)
  }

  private toggle(): void {
    if (this.timer) return this.stop()
    if (this.slider.value === this.slider.max) this.slider.value = '0'
    this.timer = window.setInterval(() => {
      this.move(1)
      if (this.slider.value === this.slider.max) this.stop()
    }, STEP_MS)
    this.player.textContent = '❚❚'
    this.player.setAttribute('aria-label', 'Pause')
  }

  private stop(): void {
    window.clearInterval(this.timer)
    this.timer = 0
    this.player.textContent = '▶'
    this.player.setAttribute('aria-label', 'Play day by day')
  }

  /** How many incidents start when, as bars over the slider. */
  private bars(record: Record_): SVGSVGElement {
    const width = Math.min(BARS, this.days.length)
    const at = new Map(this.days.map((day, i) => [day, Math.floor((i * width) / this.days.length)]))
    const counts = new Array<number>(width).fill(0)
    for (const incident of record.incidents) if (isPlaced(incident)) counts[at.get(dayNumber(incident.start!))!]++
    const most = Math.max(1, ...counts)
    const svg = svgElement('svg', { viewBox: `0 0 ${width} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' })
    counts.forEach((count, x) => {
      const height = count ? 0.08 + (0.92 * count) / most : 0
      svg.append(svgElement('rect', { x: String(x + 0.1), y: String(1 - height), width: '0.8', height: String(height) }))
    })
    svg.addEventListener('click', (event) => {
      const box = svg.getBoundingClientRect()
      this.go(this.days[Math.min(this.days.length - 1, Math.floor(((event.clientX - box.left) / box.width) * this.days.length))])
    })
    return svg
  }
}

function svgElement<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string>): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
