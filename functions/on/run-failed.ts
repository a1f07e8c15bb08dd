import { published } from 'holdfast:published'
import { recordRunFailure, runFailure } from '#core/watch/run-failure.ts'
import { rulesOf } from '#core/workflow/rules.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

const rules = rulesOf(published)

/** Makes a run that has failed visible to people. */
export const handler = onQueue({ store: openTable }, runFailure, async (failure, { store, clock, log }) => {
  await recordRunFailure(store, rules, failure, clock.now())
  log('error', 'run failed', { execution: failure.detail.name, outcome: failure.detail.status })
})
