import * as z from 'zod'
import { allTellable, type Nouns } from './fact.ts'

/*
 * The language of messages/*.yaml. What a sentence may say is checked by read.ts; the JSON Schema in docs/schema, by
 * which editors complete and check, is made from this.
 */

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and hyphens')

const text = z
  .string({
    error: ({ input }) =>
      input === undefined
        ? 'the text is missing: each stands in en, uk and ru'
        : 'write a text; in quotes when it begins with a bracket or holds ": "',
  })
  .check(z.regex(/\S/, 'the text is empty'))

export const sentence = z.strictObject({
  if: z
    .record(z.string(), z.json())
    .optional()
    .describe('What must hold, in the pattern language of the rules, such as { reason: [owner-absent] }.'),
  en: text.describe(
    'In English. {name} is a fact; what stands in […] is left out when a fact in it is missing.',
  ),
  uk: text.describe('In Ukrainian.'),
  ru: text.describe('In Russian.'),
})

const sentences = z.union([sentence, z.array(sentence).min(1)])

export const messageFile = z
  .strictObject({
    message: name.describe('The name: that of the file, and of "message" in a step "tell".'),
    title: z.string().min(1).describe('One line for people.'),
    about: z.string().optional().describe('What it is for.'),
    record: name.describe('What it tells of: a kind of record, any (work), or the quarantine.'),
    urgent: z.boolean().default(false).describe('Shown in the colour of what is late.'),
    unlessAnswered: z
      .boolean()
      .default(false)
      .describe('Not sent any more once somebody has answered, or the lead is closed.'),
    needs: z
      .array(z.string())
      .default([])
      .describe('Facts without which it makes no sense; a step "tell" must be able to give them.'),
    subject: sentences.describe('Of a list the first that can be said.'),
    headline: sentences.describe('Above the text. Of a list the first that can be said.'),
    task: sentences.describe('What is to be done. Of a list all that can be said.'),
    parts: z.array(z.string()).describe('What stands below, in this order: tables and texts of the record.'),
  })
  .describe('A message of Holdfast')

/** The same without the sentences: each is read by itself, so that its problems can be told apart. */
export const messageHead = messageFile.extend({
  subject: z.unknown(),
  headline: z.unknown(),
  task: z.unknown(),
})
export type MessageHead = z.infer<typeof messageHead>

/** With the names that these nouns have, so that editors complete them. */
export function messageJsonSchema(nouns: Nouns): object {
  const all = allTellable(nouns)
  const oneOf = (names: string[]) => z.enum([...new Set(names)] as [string, ...string[]])
  const { record, needs, parts } = messageFile.shape
  const named = messageFile.extend({
    record: oneOf(all.map(({ about }) => about)).describe(record.description!),
    needs: z
      .array(oneOf(all.flatMap(({ facts }) => Object.keys(facts))))
      .default([])
      .describe(needs.description!),
    parts: z.array(oneOf(all.flatMap((each) => Object.keys(each.parts)))).describe(parts.description!),
  })
  return z.toJSONSchema(named.describe(messageFile.description!), { target: 'draft-7', io: 'input' })
}
