import * as z from 'zod'
import { eventTypesOf } from '../record/event.ts'
import type { Kinds } from '../record/kind.ts'
import type { Verb, Verbs } from './verb.ts'

/*
 * The language of workflows/*.yaml: the head of a file, and the steps as their verbs say it. The JSON Schema in docs/schema, by
 * which editors complete and check, is made from this.
 */

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and hyphens')

/** An event pattern in EventBridge's language. What it may say is checked with the events that there are (check/event-pattern.ts). */
const pattern = z.record(z.string(), z.json())

/** The same for editors, which complete the events of these kinds. */
const patternOf = (events: readonly string[]) =>
  z
    .object({ 'detail-type': z.array(z.union([z.enum(events), z.record(z.string(), z.json())])) })
    .catchall(z.json())

/** A step of this verb as it is written. */
export const writtenStep = ({ written }: Verb) => z.strictObject(written())

const workflowFile = <Step extends z.ZodType>(steps: z.ZodArray<Step>, when: z.ZodType<object> = pattern) =>
  z
    .strictObject({
      workflow: name.describe('The name: that of the file.'),
      title: z.string().min(1).describe('One line for people.'),
      about: z.string().optional().describe('What it is for.'),
      when: when.describe('The event that starts a run, in the event pattern language of EventBridge.'),
      until: when.optional().describe('The event that ends the run of the same record.'),
      lastResort: name.describe('The queue for records for which nobody is there.'),
      steps: steps.describe('In this order. Steps between two waits happen together.'),
    })
    .describe('A workflow of Holdfast')

/** Without the steps: each is read by the schema of its verb, so that its problems can be told apart. */
export const workflowHead = workflowFile(
  z.array(z.record(z.string(), z.unknown())).min(1, 'a workflow needs a step'),
)
export type WorkflowHead = z.infer<typeof workflowHead>

/** What editors complete workflows by: these verbs, and the events of the kinds that are worked on. */
export const workflowJsonSchema = ({ verbs, kinds }: { verbs: Verbs; kinds: Kinds }): object => {
  const events = [...kinds.values()].filter(({ work }) => work !== undefined).flatMap(eventTypesOf)
  const steps = z.array(z.union([...verbs.values()].map(writtenStep))).min(1)
  return z.toJSONSchema(workflowFile(steps, patternOf(events)), { target: 'draft-7', io: 'input' })
}
