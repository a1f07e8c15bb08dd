import { makeLayers } from './layer.ts'
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

const layers = makeLayers<readonly Command[]>()

/** Offers them as long as whoever calls it is shown. */
export const useCommands = (commands: readonly Command[]): void => layers.useLayer(commands)

/** All that can be done now, the innermost first. */
export function activeCommands(): readonly Command[] {
  const all = layers.all().toReversed().flat()
  return all.filter(({ name }, at) => all.findIndex((each) => each.name === name) === at)
}
