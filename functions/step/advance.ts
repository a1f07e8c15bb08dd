import { setTimeout as pause } from 'node:timers/promises'
import { published } from 'holdfast:published'
import { advance } from '#core/workflow/advance.ts'
import { rulesOf } from '#core/workflow/rules.ts'
import { segmentCall } from '#core/workflow/step.ts'
import { onTask } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

const rules = rulesOf(published)

/** Performs one segment of a run and tells the state machine when to go on. */
export const handler = onTask({ store: openTable }, segmentCall, async (call, { store, clock }) =>
  advance(store, rules, call, {
    now: () => clock.now(),
    // From 8 ms up to 5 s: some 15 s in all, well below the function's 60 s.
    pause: async (attempt) => pause(Math.random() * Math.min(5000, 4 * 2 ** attempt)),
  }),
)
