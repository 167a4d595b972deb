// What is chosen, in the address of the page, so that a view can be shared: after ? where there is a server, after # in a file.
import { dayIso, dayNumber } from './record'
import type { Look } from './atlas'
import type { Choice } from './source'

/** A view as an address tells it; what is not told is left out. */
export interface View { on?: number; span?: number; hide: string[]; open: string; look: Look | null }

export class Address {
  constructor(private readonly inFile: boolean) {}

  /** The view that the address tells of. */
  read(): View {
    const told = new URLSearchParams(this.inFile ? location.hash.slice(1) : location.search)
    const on = told.get('on') ?? ''
    const look = (told.get('view') ?? '').split(',').map(Number)
    return {
      on: /^\d{4}-\d\d-\d\d$/.test(on) && Number.isFinite(dayNumber(on)) ? dayNumber(on) : undefined,
      span: told.get('span') ? Math.max(1, Number(told.get('span')) || 1) : undefined,
      hide: (told.get('hide') ?? '').split(',').filter(Boolean), open: told.get('open') ?? '',
      look: look.length === 3 && look.every(Number.isFinite) && Math.abs(look[0]) <= 90 ? (look as Look) : null,
    }
  }

  /** Tell the address what is chosen; other parameters stay. */
  write(choice: Choice, all: number, look: Look | null): void {
    const told = new URLSearchParams(this.inFile ? '' : location.search)
    const put = (name: string, value: string) => (value ? told.set(name, value) : told.delete(name))
    put('on', dayIso(choice.day))
    put('span', choice.span >= all ? '' : String(choice.span))
    put('hide', [...choice.hidden].join(','))
    put('open', choice.open)
    put('view', look ? `${look[0].toFixed(4)},${look[1].toFixed(4)},${look[2].toFixed(1)}` : '')
    const text = told.toString().replaceAll('%2C', ',')
    history.replaceState(null, '', this.inFile ? `#${text}` : `?${text}`)
  }

  /** Run `then` when somebody goes to another view by the address. */
  watch(then: () => void): void {
    addEventListener(this.inFile ? 'hashchange' : 'popstate', then)
  }
}
