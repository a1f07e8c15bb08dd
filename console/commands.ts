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

type Offer = () => readonly Command[]

const layers = makeLayers<Offer>()

/** Offers them as long as whoever calls it is shown. They are made when somebody asks: their names are seldom needed. */
export const useCommands = (offer: Offer): void => layers.useLayer(offer)

/** All that can be done now, the innermost first. */
export function activeCommands(): readonly Command[] {
  const all = layers
    .all()
    .toReversed()
    .flatMap((offer) => offer())
  return all.filter(({ name }, at) => all.findIndex((each) => each.name === name) === at)
}
