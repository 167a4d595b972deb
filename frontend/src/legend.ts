// The legend, which is also the filter by family of type.
import { canvas, el } from './dom'
import { signCanvas } from './icons'
import { FAMILIES, NOBODY, STALE_DAYS, TINTS, type Theme } from './looks'

/** The legend in a theme; a ticked family is shown on the map and in the lists. */
export function legend(families: string[], colours: Map<string, string>, theme: Theme, hidden: Set<string>, changed: () => void): HTMLElement {
  return el('div', { class: 'legend-body' },
    el('h3', {}, 'What happened'), ...families.map((family) => familyRow(family, theme, hidden, changed)),
    row(signCanvas({ family: 'fighting', vague: true, count: 1, chosen: false }, theme), 'Ring: somewhere on this ground'),
    row(signCanvas({ family: 'other', vague: false, count: 3, chosen: false }, theme), 'Several at one point'),
    el('h3', {}, 'Who holds'), ...[...colours].map(([who, colour]) => row(swatch(colour, 'held'), who)), row(swatch(NOBODY, 'unknown'), 'Holder unknown'),
    el('h3', {}, 'How sure'),
    row(swatch(theme.ink, 'contested'), 'Contested'), row(swatch(theme.ink, 'claimed'), 'Claimed by its own word only'), row(swatch(theme.ink, 'partly'), 'Partly held'),
    row(swatch(theme.ink, 'stale'), `Faded: not spoken of for ${STALE_DAYS} days`))
}

function familyRow(family: string, theme: Theme, hidden: Set<string>, changed: () => void): HTMLElement {
  const box = el('input', { type: 'checkbox', name: family })
  box.checked = !hidden.has(family)
  box.addEventListener('change', () => {
    if (box.checked) hidden.delete(family)
    else hidden.add(family)
    changed()
  })
  return el('label', { class: 'key' }, box, signCanvas({ family, vague: false, count: 1, chosen: false }, theme), el('span', {}, FAMILIES[family]), tint(family))
}

/** The colour of a family in the timeline. */
function tint(family: string): HTMLElement {
  const made = canvas(10, 10, (pen) => {
    pen.fillStyle = TINTS[family] ?? TINTS.other
    pen.fillRect(0, 0, 10, 10)
  })
  made.className = 'tint'
  return made
}

function row(sign: HTMLElement, text: string): HTMLElement {
  return el('div', { class: 'key' }, sign, text)
}

function swatch(colour: string, state: string): HTMLElement {
  const opacity = { held: 0.5, partly: 0.2, unknown: 0.3, stale: 0.15 }[state] ?? 0.08
  return canvas(24, 18, (pen) => {
    pen.fillStyle = pen.strokeStyle = colour
    pen.beginPath()
    pen.arc(12, 9, 7, 0, 7)
    pen.globalAlpha = opacity
    pen.fill()
    pen.globalAlpha = state === 'stale' ? 0.4 : 1
    pen.lineWidth = 2
    pen.lineCap = state === 'claimed' ? 'round' : 'butt'
    pen.setLineDash({ contested: [4, 3], claimed: [0.1, 4] }[state] ?? [])
    pen.stroke()
    if (state === 'contested') hatch(pen)
  })
}

function hatch(pen: CanvasRenderingContext2D): void {
  pen.clip()
  pen.setLineDash([])
  pen.lineWidth = 1
  for (let x = -8; x < 24; x += 4) {
    pen.beginPath()
    pen.moveTo(x, 18)
    pen.lineTo(x + 18, 0)
    pen.stroke()
  }
}
