import * as z from 'zod'
import type { Verb, Verbs } from './verb.ts'

/*
 * The language of workflows/*.yaml: the head of a file, and the steps as their verbs say it. The JSON Schema in docs/schema, by
 * which editors complete and check, is made from this.
 */

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and hyphens')

/** An event pattern in EventBridge's language. What it may say is checked by the pattern compiler. */
const pattern = z.record(z.string(), z.json())

/** A step of this verb as it is written. */
export const writtenStep = ({ written }: Verb) => z.strictObject(written())

const workflowFile = <Step extends z.ZodType>(steps: z.ZodArray<Step>) =>
  z
    .strictObject({
      workflow: name.describe('The name: that of the file.'),
      title: z.string().min(1).describe('One line for people.'),
      about: z.string().optional().describe('What it is for.'),
      when: pattern.describe('The event that starts a run, in the event pattern language of EventBridge.'),
      until: pattern.optional().describe('The event that ends the runs of the same lead.'),
      lastResort: name.describe('The queue for leads for whom nobody is there.'),
      steps: steps.describe('In this order. Steps between two waits happen together.'),
    })
    .describe('A workflow of Holdfast')

/** Without the steps: each is read by the schema of its verb, so that its problems can be told apart. */
export const workflowHead = workflowFile(
  z.array(z.record(z.string(), z.unknown())).min(1, 'a workflow needs a step'),
)
export type WorkflowHead = z.infer<typeof workflowHead>

export const workflowJsonSchema = (verbs: Verbs): object =>
  z.toJSONSchema(workflowFile(z.array(z.union([...verbs.values()].map(writtenStep))).min(1)), {
    target: 'draft-7',
    io: 'input',
  })
