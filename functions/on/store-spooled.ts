import { onQueue } from '#functions/adapter/handler.ts'
import { sha256 } from '#functions/access/digest.ts'
import { openTable } from '#functions/adapter/table.ts'
import { arrival } from '#core/intake/arrival.ts'
import { takeInAcknowledged } from '#core/intake/take-in.ts'
import { openRules } from '#functions/adapter/rules.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'

/** Stores what was accepted while the table did not work, under the receipt and the time of then. */
export const handler = onQueue({ store: openTable, rules: openRules }, arrival(), async (waiting, here) => {
  const { store, log } = here
  const rules = await here.rules(waiting.tenant)
  const answer = await takeInAcknowledged(store, waiting, { rules, press: submissionPress }, sha256)
  log('info', 'spooled submission stored', { ...answer })
})
