import * as z from 'zod/mini'
import { instant, optional, stored, value } from '../../record/field.ts'
import { entryKey } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'

/** One step's reasons. */
const decisionEntry = z.object({
  step: z.string(),
  /** `table`: a decision table's record; `assign`: an assignment's; `wait`: how a promised time was computed; `skip`: why nothing was done */
  what: z.enum(['table', 'assign', 'wait', 'skip', 'watch']),
  record: z.record(z.string(), z.json()),
})

export const decisionKind = entry({
  name: 'decision',
  title: 'Decision',
  help: 'The decisions of one segment of one run, with their reasons: who was chosen, by which rule and version, who was passed over and why. References only.',
  fields: () => ({
    at: instant('When', { given: true }),
    id: stored('Id', {
      given: true,
      help: '`<workflow>.<event id>.<segment>` or the cause outside a workflow',
    }),
    workflow: optional(stored('Workflow', { given: true })),
    workflowVersion: optional(stored('Version of the workflow', { given: true })),
    // One item per segment: an item costs two write units.
    entries: value('Entries', z.array(decisionEntry), { given: true }),
  }),
  place: ({ at, id }) => entryKey('decision', at, id),
})
export type DecisionRecord = RecordOf<typeof decisionKind>
