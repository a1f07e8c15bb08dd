import type { Pending } from '../../outbox.ts'

/** Ids of what somebody has dealt with, as far as he knows: what was refused is to be dealt with again. */
export const dealtWith = (pending: readonly Pending[]): ReadonlySet<string> =>
  new Set(
    pending
      .filter(({ isDealt, state }) => isDealt === true && state !== 'refused')
      .map(({ about }) => about.split('/').at(-1)!),
  )
