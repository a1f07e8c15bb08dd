import { toItem } from '../record/item.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import type { Grounds } from '../kind/system/grounds.ts'
import type { Write } from '../store/store.ts'
import { nameOfEffects, type Written } from './effects.ts'
import type { Rules } from './rules.ts'

/** A decision outside of runs with what it rested on, beside the other writes of its transaction. */
export function decisionWith(
  decision: DecisionRecord,
  grounds: Pick<Grounds, 'because' | 'seen'>,
  { others, kinds, rules }: { others: readonly Write[]; kinds: readonly Written[]; rules: Rules },
): Write {
  const item = toItem(decisionKind, decision)
  const effects = nameOfEffects(
    { writes: [{ do: 'create', item }, ...others] },
    [decisionKind, ...kinds],
    rules.sha256,
  )
  const whole = { ...decision, grounds: { ...grounds, by: rules.by(), effects } }
  return { do: 'create', item: toItem(decisionKind, whole) }
}
