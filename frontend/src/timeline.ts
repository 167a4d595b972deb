// The time slider: a day at a time, with how much of what happened when. Long stretches in which nothing is on record are folded away.
import { button, el } from './dom'
import { FAMILIES, TINTS } from './looks'
import { dayText } from './record'
import type { Bin } from './source'

const FOLD = 60
const BARS = 200
const STEP_MS = 450

/** The days the slider runs over; a silence longer than `FOLD` days is cut down to its first and last. */
export function axis(bins: Bin[], on: number | null): number[] {
  const busy = [...new Set([...bins.filter((b) => b.from === b.to || total(b)).flatMap((b) => [b.from, b.to]), ...(on === null ? [] : [on])])].sort((a, b) => a - b)
  const days: number[] = []
  for (const day of busy) {
    const last = days.at(-1)
    if (last !== undefined && day - last <= FOLD) for (let d = last + 1; d < day; d++) days.push(d)
    days.push(day)
  }
  return days.length ? days : [0]
}

function total(bin: Bin): number {
  return Object.values(bin.counts).reduce((a, b) => a + b, 0)
}

export class Timeline {
  readonly node: HTMLElement
  private readonly slider: HTMLInputElement
  private readonly shown = el('output', { class: 'day', 'aria-live': 'polite' })
  private readonly player: HTMLButtonElement
  private readonly bars = svgElement('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  private readonly span = el('div', { class: 'reach', hidden: '' })
  private timer = 0

  constructor(private readonly days: number[], private readonly changed: (day: number) => void) {
    this.slider = el('input', { type: 'range', min: '0', max: String(days.length - 1), step: '1', 'aria-label': 'Day' })
    this.slider.value = this.slider.max
    this.slider.addEventListener('input', () => { this.stop(); this.tell() })
    this.player = button({ class: 'play', 'aria-label': 'Play day by day' }, () => this.toggle(), '▶')
    const step = (by: number, label: string, sign: string) => button({ 'aria-label': label }, () => { this.stop(); this.move(by) }, sign)
    this.bars.addEventListener('click', (event) => {
      const box = this.bars.getBoundingClientRect()
      this.go(days[Math.min(days.length - 1, Math.floor(((event.clientX - box.left) / box.width) * days.length))])
    })
    const folded = days.at(-1)! - days[0] + 1 > days.length
    this.node = el('section', { class: 'timeline', 'aria-label': 'Timeline' },
      el('div', { class: 'controls' }, this.player, step(-1, 'Previous day', '‹'), step(1, 'Next day', '›'), this.shown),
      el('div', { class: 'track' }, this.bars, this.span, this.slider,
        el('div', { class: 'ends' }, el('span', {}, dayText(days[0])), folded && el('span', {}, `stretches of over ${FOLD} days with nothing on record are left out`), el('span', {}, dayText(days.at(-1)!)))))
    this.show()
  }

  /** The chosen day. */
  get day(): number {
    return this.days[Number(this.slider.value)]
  }

  /** Choose the day nearest to one asked for. */
  go(day: number): void {
    this.stop()
    this.slider.value = String(this.nearest(day))
    this.tell()
  }

  /** Put something beside the buttons. */
  add(control: HTMLElement): void {
    this.node.querySelector('.controls')!.append(control)
  }

  /** Draw how many incidents of which family began when. */
  draw(bins: Bin[]): void {
    const width = Math.min(BARS, this.days.length)
    const columns = Array.from({ length: width }, () => new Map<string, number>())
    for (const bin of bins) {
      const column = columns[Math.floor((this.nearest(bin.from) * width) / this.days.length)]
      for (const [family, count] of Object.entries(bin.counts)) column.set(family, (column.get(family) ?? 0) + count)
    }
    const most = Math.max(1, ...columns.map((c) => [...c.values()].reduce((a, b) => a + b, 0)))
    this.bars.setAttribute('viewBox', `0 0 ${width} 1`)
    this.bars.replaceChildren(...columns.flatMap((column, x) => stacked(column, x, most)))
  }

  /** Mark the days an open incident may have happened on; none when `start` is null. */
  mark(start: number | null, end: number | null): void {
    this.span.hidden = start === null
    if (start === null) return
    const at = (day: number) => `${(this.nearest(day) / Math.max(1, this.days.length - 1)) * 100}%`
    this.span.style.setProperty('--from', at(start))
    this.span.style.setProperty('--to', at(end ?? start))
  }

  private nearest(day: number): number {
    let low = 0
    let high = this.days.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.days[middle] < day) low = middle + 1
      else high = middle
    }
    return low && day - this.days[low - 1] < this.days[low] - day ? low - 1 : low
  }

  private move(by: number): void {
    this.slider.value = String(Number(this.slider.value) + by)
    this.tell()
  }

  private tell(): void {
    this.show()
    this.changed(this.day)
  }

  private show(): void {
    const text = dayText(this.day)
    this.shown.textContent = text
    this.slider.setAttribute('aria-valuetext', text)
    const share = this.days.length > 1 ? Number(this.slider.value) / (this.days.length - 1) : 1
    this.node.style.setProperty('--at', String(share))
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
}

/** One column of the chart, its families one above the other in the order of the legend. */
function stacked(column: Map<string, number>, x: number, most: number): SVGElement[] {
  let top = 1
  return Object.keys(FAMILIES).filter((f) => column.has(f)).map((family) => {
    const height = Math.max(0.03, column.get(family)! / most)
    top -= height
    return svgElement('rect', { x: String(x + 0.1), y: String(Math.max(0, top)), width: '0.8', height: String(height), fill: TINTS[family] })
  })
}

function svgElement<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string>): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
