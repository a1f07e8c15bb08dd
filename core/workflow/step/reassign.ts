import * as z from 'zod/mini'
import { verb } from '../verb.ts'
import { assignStep } from './assign.ts'

/** Another member of the team gets the record. */
export const reassign = verb({
  name: 'reassign',
  written: () => ({
    reassign: z
      .literal('round-robin')
      .check(
        z.describe(
          'Gives the record to another member of its team. When there is no other, it stays where it is.',
        ),
      ),
  }),
  needs: () => [{ what: 'owner', verb: 'assign' }],
  gives: ['owner', 'watchers'],
  compile: ({ reassign: by }, otherwise) => ({ by, again: true, otherwise }),
  step: assignStep,
})
