import * as z from 'zod/mini'
import { objectCreated } from '../customer/file-arrival.ts'
import { eventRef } from '../record/event.ts'
import { runFailure } from './run-failure.ts'

/** What comes of a record that may end runs, or lets go of bytes: an event of the domain bus, as the bus hands it on. */
const recordChange = z.looseObject({
  source: z.literal('holdfast'),
  'detail-type': z.string(),
  detail: z.looseObject({ ref: eventRef }),
})

/**
 * Whatever the buses tell that nobody waits for, in one queue: what may end runs, their own bad ends, and the bytes of files. A
 * queue for each would cost alarms, and invocations of which an account may have ten.
 */
export const busEvent = z.discriminatedUnion('source', [
  recordChange,
  z.extend(runFailure, { source: z.literal('aws.states') }),
  objectCreated,
])
