import { makeLayers } from './layer.ts'
import { preferences } from './preference.ts'

/*
 * Keys by the place where they are (`KeyboardEvent.code`), so that they are the same on a Cyrillic layout. `KeyG KeyW` is one after the
 * other; `Control+KeyK` is Ctrl, or Command on a Mac. Single letters do nothing while somebody types, and when he has switched them off.
 * What an inner part takes, the parts around it do not get.
 */

export type Keys = Readonly<Record<string, () => void>>

/** What keys do, in words; what has none is not listed. */
export type KeyNames = Readonly<Record<string, string>>

interface Layer {
  name: string
  keys: Keys
  said: KeyNames
}

const layers = makeLayers<Layer>()
let before: { code: string; at: number } | undefined
/** Milliseconds between the two of a sequence. */
const pause = 1_500

/**
 * @param name of whoever wants them
 * @param said what they do, in the language that is shown: the help lists these
 */
export function useKeys(keys: Keys, name: string, said: KeyNames = {}): void {
  layers.useLayer({ name, keys, said })
}

/** All that do something now, the innermost first. */
export const activeKeys = (): readonly Layer[] => layers.all().toReversed()

/** As it stands on the keys of a Latin layout: `KeyG KeyW` is `G W`. */
export const keyText = (keys: string): string =>
  keys
    .replaceAll(/Key|Digit|Arrow/g, '')
    .replace('Shift+Slash', '?')
    .replace('Slash', '/')
    .replace('BracketLeft', '[')
    .replace('BracketRight', ']')
    .replace('Control+', 'Ctrl ')
    .replace('Up', '↑')
    .replace('Down', '↓')

/** `?` and `/` lie elsewhere on many layouts: they are meant by what they write, too. */
const written: Readonly<Record<string, string>> = { '?': 'Shift+Slash', '/': 'Slash' }

function nameOf(event: KeyboardEvent): string {
  const command = event.ctrlKey || event.metaKey
  if (!command && written[event.key] !== undefined) return written[event.key]!
  const isShifted = event.shiftKey && (command || event.code === 'Slash')
  return `${command ? 'Control+' : ''}${isShifted ? 'Shift+' : ''}${event.code}`
}

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return
  const command = event.ctrlKey || event.metaKey
  const isTyping =
    event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
  const name = nameOf(event)
  if (event.altKey || (!command && isTyping && event.code !== 'Escape')) return
  if (!command && preferences().withoutLetters && /^(Key|Digit|Bracket|Slash|Shift)/.test(name)) return
  // Inside of a dialog only its own keys count.
  if (event.target instanceof HTMLElement && event.target.closest('dialog') && !command) return
  const sequence = before && event.timeStamp - before.at < pause ? `${before.code} ${name}` : undefined
  before = command ? undefined : { code: event.code, at: event.timeStamp }
  for (const asked of [sequence, name]) {
    if (asked === undefined) continue
    const layer = layers.all().findLast(({ keys }) => Object.hasOwn(keys, asked))
    if (!layer) continue
    event.preventDefault()
    before = undefined
    layer.keys[asked]!()
    return
  }
})
