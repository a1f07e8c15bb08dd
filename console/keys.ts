import { useEffect, useRef } from 'react'
import { preferences } from './preference.ts'

/*
 * Keys by the place where they are (`KeyboardEvent.code`), so that they are the same on a Cyrillic layout. `KeyG KeyW` is one after the
 * other; `Control+KeyK` is Ctrl, or Command on a Mac. Single letters do nothing while somebody types, and when he has switched them off.
 * What an inner part takes, the parts around it do not get.
 */

export type Keys = Readonly<Record<string, () => void>>

interface Layer {
  name: string
  keys: Keys
}

const layers: Layer[] = []
let before: { code: string; at: number } | undefined
/** Milliseconds between the two of a sequence. */
const pause = 1_500

/** @param name of whoever wants them: the help lists them by it */
export function useKeys(keys: Keys, name: string): void {
  const layer = useRef<Layer>({ name, keys })
  useEffect(() => {
    layer.current.keys = keys
  })
  useEffect(() => {
    const own = layer.current
    layers.push(own)
    return () => void layers.splice(layers.indexOf(own), 1)
  }, [])
}

/** All that do something now, the innermost first. */
export const activeKeys = (): readonly Layer[] => layers.toReversed()

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return
  const command = event.ctrlKey || event.metaKey
  const isTyping =
    event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
  const name = `${command ? 'Control+' : ''}${event.shiftKey && command ? 'Shift+' : ''}${event.code}`
  if (event.altKey || (!command && isTyping && event.code !== 'Escape')) return
  if (!command && preferences().withoutLetters && /^(Key|Digit|Bracket|Slash)/.test(event.code)) return
  // Inside of a dialog only its own keys count.
  if (event.target instanceof HTMLElement && event.target.closest('dialog') && !command) return
  const sequence = before && event.timeStamp - before.at < pause ? `${before.code} ${name}` : undefined
  before = command ? undefined : { code: event.code, at: event.timeStamp }
  for (const asked of [sequence, name]) {
    if (asked === undefined) continue
    const layer = layers.findLast(({ keys }) => Object.hasOwn(keys, asked))
    if (!layer) continue
    event.preventDefault()
    before = undefined
    layer.keys[asked]!()
    return
  }
})
