/*
 * Where dynoxide and the engine differ, because AWS decides otherwise than dynoxide does.
 *
 * Each difference has its rule, where that stands, a call as an example with what both sides answer, and a predicate
 * that looks for the cause in the call, not only at the answers: another reason for the same answer is a fault.
 */

import type { Call } from '../call.ts'
import { same } from '../compare.ts'
import type { Step } from '../pair.ts'
import { capacityDifferences } from './capacity.ts'
import { conditionDifferences } from './condition.ts'
import type { KnownDifference } from './difference.ts'
import { expressionDifferences } from './expression.ts'
import { keyDifferences } from './key.ts'
import { queryDifferences } from './query.ts'
import { requestDifferences } from './request.ts'
import { transactionDifferences } from './transaction.ts'
import { updateDifferences } from './update.ts'
import { valueDifferences } from './value.ts'

export const knownDifferences: KnownDifference[] = [
  ...requestDifferences,
  ...valueDifferences,
  ...expressionDifferences,
  ...conditionDifferences,
  ...updateDifferences,
  ...keyDifferences,
  ...queryDifferences,
  ...transactionDifferences,
  ...capacityDifferences,
]

/** The known difference that a step is about; of two cancelled transactions each reason that differs is about one. */
export function knownDifference(step: Step): string | undefined {
  const known = knownDifferences.find(({ covers }) => covers(step))
  if (known) return known.name
  const [ours, theirs] = [step.engine, step.reference].map(({ body }) => body.CancellationReasons as Reason[])
  const { TransactItems: entries, ...more } = step.call.input as { TransactItems: unknown[] }
  if (!ours || !theirs || ours.length !== theirs.length || ours.length < 2) return undefined
  const names = ours.flatMap((reason, at) =>
    same(reason, theirs[at])
      ? []
      : [
          knownDifference(
            stepOfOne(
              { ...step.call, input: { ...more, TransactItems: [entries[at]] } },
              theirs[at]!,
              reason,
            ),
          ),
        ],
  )
  return names.includes(undefined) ? undefined : names[0]
}

interface Reason {
  Code: string
  Message?: string
}

/** As if that part had been all of the transaction. */
function stepOfOne(call: Call, reference: Reason, engine: Reason): Step {
  const answer = (reason: Reason) => ({
    status: reason.Code === 'None' ? 200 : 400,
    pages: 1,
    body:
      reason.Code === 'None'
        ? {}
        : {
            __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
            message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reason.Code}]`,
            CancellationReasons: [reason],
          },
  })
  return { call, reference: answer(reference), engine: answer(engine) }
}
