// Signs and labels drawn on canvas, so that the page needs no glyph or sprite server.
import { canvas } from './dom'
import type { Theme } from './looks'

type Pen = CanvasRenderingContext2D
export interface Sign { family: string; vague: boolean; count: number; chosen: boolean }

const line = (pen: Pen, ...points: number[][]) => {
  pen.beginPath()
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)))
}
const SHAPES: Record<string, (pen: Pen) => void> = {
  fighting: (pen) => { line(pen, [-3.4, -3.4], [3.4, 3.4]); pen.stroke(); line(pen, [3.4, -3.4], [-3.4, 3.4]); pen.stroke() },
  remote: (pen) => { line(pen, [-4, -2.6], [4, -2.6], [0, 4]); pen.fill() },
  attack: (pen) => { line(pen, [0, -4.4], [3.6, 0], [0, 4.4], [-3.6, 0]); pen.fill() },
  control: (pen) => pen.fillRect(-3, -3, 6, 6),
  siege: (pen) => { pen.beginPath(); pen.arc(0, 0, 3.4, 0, 7); pen.stroke() },
  harm: (pen) => { line(pen, [0, -4], [0, 4]); pen.stroke(); line(pen, [-4, 0], [4, 0]); pen.stroke() },
  relief: (pen) => { line(pen, [-4, 2.8], [4, 2.8], [0, -4]); pen.fill() },
  civil: (pen) => { line(pen, [-3.6, -2], [3.6, -2]); pen.stroke(); line(pen, [-3.6, 2], [3.6, 2]); pen.stroke() },
  backing: (pen) => { line(pen, [-3.6, 1.8], [0, -2.2], [3.6, 1.8]); pen.stroke() },
  other: (pen) => { pen.beginPath(); pen.arc(0, 0, 1.6, 0, 7); pen.fill() },
}

/** A dot with the shape of its family, a ring where the place is vague, or a number where several share one point. */
export function signCanvas(sign: Sign, theme: Theme): HTMLCanvasElement {
  const radius = sign.count > 1 ? 11 : 8.5
  const size = 2 * radius + 8
  return canvas(size, size, (pen) => {
    pen.translate(size / 2, size / 2)
    disc(pen, radius, sign, theme)
    const inside = sign.vague ? theme.ink : theme.halo
    pen.fillStyle = pen.strokeStyle = inside
    pen.lineWidth = 2
    pen.lineCap = 'round'
    if (sign.count > 1) number(pen, sign.count)
    else (SHAPES[sign.family] ?? SHAPES.other)(pen)
  })
}

function disc(pen: Pen, radius: number, sign: Sign, theme: Theme): void {
  pen.beginPath()
  pen.arc(0, 0, radius + (sign.chosen ? 3 : 1), 0, 7)
  pen.fillStyle = sign.chosen ? theme.mark : theme.halo
  pen.fill()
  pen.beginPath()
  pen.arc(0, 0, sign.vague ? radius - 1 : radius, 0, 7)
  pen.fillStyle = sign.vague ? theme.halo : theme.ink
  pen.fill()
  if (!sign.vague) return
  pen.strokeStyle = theme.ink
  pen.lineWidth = 2
  pen.stroke()
}

function number(pen: Pen, count: number): void {
  pen.font = `600 ${count > 99 ? 9 : 11}px system-ui, sans-serif`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(count > 999 ? '999+' : String(count), 0, 0.5)
}

/** A place name with a halo. */
export function labelCanvas(text: string, theme: Theme, weak: boolean): HTMLCanvasElement {
  const font = `${weak ? 'italic 11px' : '500 12px'} system-ui, sans-serif`
  const probe = document.createElement('canvas').getContext('2d')!
  probe.font = font
  return canvas(probe.measureText(text).width + 8, 18, (pen) => {
    pen.font = font
    pen.textBaseline = 'middle'
    pen.lineJoin = 'round'
    pen.lineWidth = 3
    pen.strokeStyle = theme.halo
    pen.fillStyle = weak ? theme.soft : theme.ink
    pen.strokeText(text, 4, 9)
    pen.fillText(text, 4, 9)
  })
}

/** Slanting lines that repeat, for contested ground. */
export function hatchCanvas(theme: Theme): HTMLCanvasElement {
  return canvas(8, 8, (pen) => {
    pen.strokeStyle = theme.ink
    pen.lineWidth = 1
    for (const shift of [-8, 0, 8]) { line(pen, [shift, 8], [shift + 8, 0]); pen.stroke() }
  })
}

/** The pixels of a canvas as MapLibre takes them. */
export function pixels(drawn: HTMLCanvasElement): ImageData {
  return drawn.getContext('2d')!.getImageData(0, 0, drawn.width, drawn.height)
}
