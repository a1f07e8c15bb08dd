import * as z from 'zod'
import { durationText } from '../time/duration-text.ts'

/*
 * The language of workflows/*.yaml. A step is one verb; what the verb is about stands behind it. The JSON Schema in
 * docs/schema, by which editors complete and check, is made from this.
 */

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and hyphens')

/** An event pattern in EventBridge's language. What it may say is checked by the pattern compiler. */
const pattern = z.record(z.string(), z.json())

const strategy = z.literal('round-robin')

export const stepSchemas = {
  route: z.strictObject({
    route: name.describe(
      'A decision table of rules/. It decides team, priority and respondWithin, the time until the first answer.',
    ),
  }),
  assign: z.strictObject({
    assign: strategy.describe(
      'Gives the lead to the member of its team whose turn it is. When all are absent it goes to lastResort.',
    ),
  }),
  reassign: z.strictObject({
    reassign: strategy.describe(
      'Gives the lead to another member of its team. When there is no other, it stays where it is.',
    ),
  }),
  tell: z.strictObject({
    tell: name.describe(
      'owner, manager (of the team), watchers (of the queue in which the lead lies) or the id of a person. Without an owner, the watchers and the manager are told.',
    ),
    message: name.describe('The e-mail that is sent: a file of messages/ by its name.'),
  }),
  queue: z.strictObject({
    queue: name.describe('Takes the lead from its owner and puts it into a queue that somebody watches.'),
  }),
  wait: z.strictObject({
    wait: durationText.describe(
      'Such as "2 hours" or, counted in the opening hours of the team, "30 business minutes".',
    ),
  }),
  waitUntil: z.strictObject({
    waitUntil: z.literal('respondBy').describe('Until the time promised for the first answer.'),
  }),
}

export type Verb = keyof typeof stepSchemas
export const verbs = Object.keys(stepSchemas) as Verb[]

export const workflowFile = z
  .strictObject({
    workflow: name.describe('The name: that of the file.'),
    title: z.string().min(1).describe('One line for people.'),
    about: z.string().optional().describe('What it is for.'),
    when: pattern.describe('The event that starts a run, in the event pattern language of EventBridge.'),
    until: pattern.optional().describe('The event that ends the runs of the same lead.'),
    lastResort: name.describe('The queue for leads for whom nobody is there.'),
    steps: z
      .array(z.union(Object.values(stepSchemas)))
      .min(1)
      .describe('In this order. Steps between two waits happen together.'),
  })
  .describe('A workflow of Holdfast')

/** The same without the steps: each is read by the schema of its verb, so that its problems can be told apart. */
export const workflowHead = workflowFile.extend({
  steps: z.array(z.record(z.string(), z.unknown())).min(1, 'a workflow needs a step'),
})
export type WorkflowHead = z.infer<typeof workflowHead>

export const workflowJsonSchema = (): object =>
  z.toJSONSchema(workflowFile, { target: 'draft-7', io: 'input' })
