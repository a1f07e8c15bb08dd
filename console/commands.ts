import { useEffect, useRef } from 'react'
import type { IconName } from './ui/icon.tsx'

/*
 * What can be done on the screen that is shown, by name: the palette offers it. As with keys, what an inner part offers comes before what
 * the parts around it do.
 */

export interface Command {
  /** in the language that is shown; the same name twice is the inner one's */
  name: string
  icon: IconName
  run: () => void
  /** what somebody could have pressed instead, as it stands on the keys: `G W` */
  keys?: string
}

const layers: { commands: readonly Command[] }[] = []

/** Offers them as long as whoever calls it is shown. */
export function useCommands(commands: readonly Command[]): void {
  const layer = useRef({ commands })
  layer.current.commands = commands
  useEffect(() => {
    const own = layer.current
    layers.push(own)
    return () => void layers.splice(layers.indexOf(own), 1)
  }, [])
}

/** All that can be done now, the innermost first. */
export function activeCommands(): readonly Command[] {
  const all = layers.toReversed().flatMap((layer) => layer.commands)
  return all.filter(({ name }, at) => all.findIndex((each) => each.name === name) === at)
}
