import * as z from 'zod/mini'
import { instant, optional, stored, value } from '../../record/field.ts'
import { entryKey, fileOf, section } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'
import { grounds } from './grounds.ts'
import { expiryOf, notice } from './message.ts'

/** One step's reasons. */
export const decisionEntry = z.object({
  step: z.string(),
  /**
   * `table`: a decision table's record; `assign`: an assignment's; `wait`: how a promised time was computed; `skip`: why
   * nothing was done; `watch`: what the watchdog found; `failed`: how an execution ended
   */
  what: z.enum(['table', 'assign', 'wait', 'skip', 'watch', 'failed']),
  record: z.record(z.string(), z.json()),
})
export type DecisionEntry = z.infer<typeof decisionEntry>

export const decisionKind = entry({
  name: 'decision',
  title: 'Decision',
  help: 'What was decided outside of the segments of runs, with the reasons and what is to be told: by the watchdog, by a merge, about a run that failed. References only.',
  fields: () => ({
    at: instant('When', { given: true }),
    id: stored('Id', {
      given: true,
      help: 'the cause: `watch.<due>.<level>`, `merge.<submission>`, `run-failed.<execution>`, `given.<version>`, the day of the quarantine. The same cause decides once',
    }),
    entries: value('Entries', z.array(decisionEntry), { given: true }),
    messages: optional(
      value('Messages', z.array(notice), { given: true, help: 'what is to be told to whom' }),
    ),
    data: optional(
      value('Data', z.record(z.string(), z.json()), { given: true, help: 'what all of its messages say' }),
    ),
    grounds: optional(
      value('Grounds', grounds, {
        given: true,
        help: 'what it rested on: `because` of an event or the time, versions `seen`, the company, code and time zones `by` which, and a hash of its `effects`',
      }),
    ),
  }),
  place: ({ id }) => entryKey('decision', id),
  said: (id = '') => ({ id }),
  indexed: expiryOf,
})
export type DecisionRecord = RecordOf<typeof decisionKind>

/** All decisions of a file. */
export const decisionPrefix = `${section.decision}#`

export const decisionKey = (tenant: string, about: string, id: string) => ({
  pk: fileOf(tenant, about),
  sk: entryKey('decision', id),
})
