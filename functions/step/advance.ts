import { published } from 'holdfast:published'
import { advance } from '#core/workflow/advance.ts'
import { rulesOf } from '#core/workflow/rules.ts'
import { segmentCall } from '#core/workflow/step.ts'
import { onTask } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

const rules = rulesOf(published)

/** Performs one segment of a run and tells the state machine when to go on. */
export const handler = onTask({ store: openTable }, segmentCall, async (call, { store, clock }) =>
  advance(store, rules, call, () => clock.now()),
)
