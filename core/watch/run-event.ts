import * as z from 'zod/mini'
import { eventRef } from '../record/event.ts'
import { runFailure } from './run-failure.ts'

/** What comes of a record that may end runs: an event of the domain bus, as the bus hands it on. */
const recordChange = z.looseObject({
  source: z.literal('holdfast'),
  'detail-type': z.string(),
  detail: z.looseObject({ ref: eventRef }),
})

/** Whatever concerns runs from outside, in one queue: what may end them, and their own bad ends. */
export const runEvent = z.discriminatedUnion('source', [
  recordChange,
  z.extend(runFailure, { source: z.literal('aws.states') }),
])
export type RunEvent = z.infer<typeof runEvent>
