import { onQueue } from '#functions/adapter/handler.ts'
import { sha256 } from '#functions/access/digest.ts'
import { openTable } from '#functions/adapter/table.ts'
import { arrival } from '#core/intake/arrival.ts'
import { takeInAcknowledged } from '#core/intake/take-in.ts'
import { rules } from '#functions/adapter/rules.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'

const tools = { rules, press: submissionPress }

/** Stores what was accepted while the table did not work, under the receipt and the time of then. */
export const handler = onQueue({ store: openTable }, arrival(), async (waiting, { store, log }) => {
  const answer = await takeInAcknowledged(store, waiting, tools, sha256)
  log('info', 'spooled submission stored', { ...answer })
})
