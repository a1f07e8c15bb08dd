import { ownFields } from '../html/own-field.ts'
import type { Submission } from '../kind/system/submission.ts'
import type { Fields } from './body/body.ts'
import { fieldOf } from './part.ts'

/** Nobody reads a form, fills it in and sends it in less. */
export const fastestPerson = 2_000

/**
 * Why a submission looks like a program's. It is quarantined then, never dropped: a person can be quick too. The time
 * is not signed: who forges it deliberately would also wait two seconds. A missing one is no ground for suspicion,
 * because forms on other sites do not have it.
 */
export function suspect(fields: Fields, receivedAt: number): Submission['suspicion'] & object {
  const shown = Number(fieldOf(fields, ownFields.shown) || NaN)
  const took = receivedAt - shown
  return [
    ...(fieldOf(fields, ownFields.honeypot) ? (['honeypot'] as const) : []),
    // A page from the future is a wrong clock, not a program.
    ...(took >= 0 && took < fastestPerson ? (['too-fast'] as const) : []),
  ]
}
