// Elements built by hand: report text only ever enters as text, never as markup.

type Child = Node | string | null | undefined | false

/** An element with a class, attributes and children; strings become text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter((c): c is Node | string => Boolean(c)))
  return made
}

/** A button that runs `action`. */
export function button(attributes: Record<string, string>, action: () => void, ...children: Child[]): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, ...children)
  made.addEventListener('click', action)
  return made
}

/** A canvas of a size in CSS pixels, drawn at twice that for sharp screens. */
export function canvas(width: number, height: number, draw: (pen: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const made = el('canvas', { width: String(Math.ceil(width * 2)), height: String(Math.ceil(height * 2)), 'aria-hidden': 'true' })
  made.style.width = `${width}px`
  made.style.height = `${height}px`
  const pen = made.getContext('2d')!
  pen.scale(2, 2)
  draw(pen)
  return made
}
