// What things look like: colour says who holds, shape says what happened.
import type { Control } from './record'

export interface Theme {
  name: 'light' | 'dark'; water: string; land: string; border: string; ink: string; halo: string; soft: string; mark: string
  holders: string[] // Okabe and Ito's palette, safe for colour-blind eyes; lighter on dark ground
}
export const THEMES: Record<'light' | 'dark', Theme> = {
  light: { name: 'light', water: '#dfe7ec', land: '#f7f5f0', border: '#b9b4a8', ink: '#22262b', halo: '#ffffff', soft: '#5b6570', mark: '#0b5cad', holders: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442'] },
  dark: { name: 'dark', water: '#10151a', land: '#20262c', border: '#4a545e', ink: '#f0f2f4', halo: '#14181c', soft: '#9aa5b1', mark: '#7db7f0', holders: ['#3ba3e0', '#ff7f32', '#2cc79a', '#e6a1c7', '#ffbf40', '#a5dcff', '#f7ee7c'] },
}
export const NOBODY = '#8a8f96'
export const OTHERS = '#8c6d31'
export const STALE_DAYS = 30
const NAMED = 12 // holders that the legend names

export const FAMILIES: Record<string, string> = {
  fighting: 'Fighting', remote: 'Air strikes, shelling, bombs', attack: 'Attacks, abductions, arrests', control: 'Changes of control',
  siege: 'Sieges', harm: 'People and things harmed', relief: 'Relief, evacuation, release', civil: 'Protests, sanctions',
  backing: 'Support, mobilisation', other: 'Other',
}

// Tol's muted palette, safe for colour-blind eyes, for the timeline: apart from the holders', which say another thing.
export const TINTS: Record<string, string> = {
  fighting: '#cc6677', remote: '#332288', attack: '#882255', control: '#88ccee', siege: '#999933', harm: '#ddcc77', relief: '#117733',
  civil: '#aa4499', backing: '#44aa99', other: '#9aa0a6',
}

/** A colour for each holder, in the order given; those beyond the palette share one. */
export function holderColours(holders: string[], theme: Theme): Map<string, string> {
  return new Map(holders.slice(0, NAMED).map((who, i) => [who, theme.holders[i] ?? OTHERS]))
}

/** Whose colour a state wears. */
export function holderOf(state: Control): string {
  return state.state === 'claimed' ? state.claimed_by : state.holder
}

/** A state of control in words. */
export function stateText(state: Pick<Control, 'state' | 'holder' | 'claimed_by'>): string {
  const words: Record<string, string> = {
    held: `held by ${state.holder}`, claimed: `claimed by ${state.claimed_by}, by its own word only`,
    contested: 'contested', partly: `partly held by ${state.holder}`, unknown: 'holder unknown',
  }
  return words[state.state] ?? state.state
}
