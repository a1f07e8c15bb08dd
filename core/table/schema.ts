import * as z from 'zod'
import { nearest } from '../source/source.ts'

export const hitPolicies = ['unique', 'first', 'priority', 'any', 'collect'] as const
export const aggregations = ['sum', 'min', 'max', 'count', 'list'] as const
export const outputTypes = ['text', 'number', 'flag', 'duration', 'team', 'person', 'queue'] as const

const outputSchema = z.strictObject({
  type: z.enum(outputTypes).describe('what kind of value it is'),
  about: z.string().optional().describe('one sentence for the reader'),
  oneOf: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .optional()
    .describe('every allowed value; under the priority hit policy the most important first'),
  least: z.number().optional().describe('smallest allowed number'),
  most: z.number().optional().describe('greatest allowed number'),
  optional: z.boolean().optional().describe('a row may leave it out'),
})

const outputValue = z.union([z.string(), z.number(), z.boolean()])
const thenSchema = z
  .record(z.string(), outputValue)
  .describe('the outputs; text in {% … %} is a JSONata expression over the facts')
const dayOrInstant = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?Z)?$/, {
  message: 'write a day as 2026-12-31 or a moment as 2026-12-31T18:00:00Z',
})

const rowSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'an id is small letters, digits and dashes')
    .describe('names the row in explanations and reports; never reuse one for another meaning'),
  when: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('an event pattern over the facts; a row without it always matches'),
  then: thenSchema,
  note: z.string().optional().describe('why the row is there; shown in explanations'),
  from: dayOrInstant.optional().describe('first day on which the row counts'),
  until: dayOrInstant.optional().describe('last day on which the row counts'),
})

const testSchema = z.strictObject({
  name: z.string().describe('a sentence of behaviour'),
  given: z.record(z.string(), z.unknown()).describe('the facts; left out is unknown'),
  at: dayOrInstant.optional().describe('the moment of the decision; needed when rows have dates'),
  expect: z
    .strictObject({
      row: z.string().optional().describe('the row that decides, or "default"'),
      rows: z.array(z.string()).optional().describe('every row that counts, under collect'),
      outputs: z.record(z.string(), z.unknown()).optional().describe('outputs that must come out'),
    })
    .describe('what must come out'),
})

/** The schema of a table file. `kinds`: what tables may be about. */
export const tableSchema = (kinds: readonly string[]) =>
  z.strictObject({
    decision: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is small letters, digits and dashes'),
    title: z.string().optional(),
    about: z.string().optional().describe('what is decided and who is to be asked about it'),
    record: z
      .enum(kinds, { error: ({ input }) => unknownKind(input, kinds) })
      .describe('the kind of record that is decided about'),
    hitPolicy: z.enum(hitPolicies).describe('what counts when several rows match'),
    aggregation: z.enum(aggregations).optional().describe('under collect: how the rows are put together'),
    calendar: z
      .string()
      .optional()
      .describe('opening hours by which now.… is judged, a name from company/calendars.yaml'),
    timeZone: z.string().optional().describe('in which the days of from and until begin; UTC when left out'),
    outputs: z.record(z.string().regex(/^[a-zA-Z]\w*$/), outputSchema),
    rows: z.array(rowSchema).min(1, 'a table needs at least one row'),
    default: thenSchema.optional().describe('the outputs when no row matches'),
    tests: z.array(testSchema).optional(),
  })
function unknownKind(input: unknown, kinds: readonly string[]): string {
  if (input === undefined) return `say what the table is about: one of ${kinds.join(', ')}`
  const near = typeof input === 'string' && nearest(input, kinds)
  return `there is no kind of record ${JSON.stringify(input)}; ${near ? `did you mean "${near}"?` : `there are ${kinds.join(', ')}`}`
}

export type TableFile = z.infer<ReturnType<typeof tableSchema>>
/** A table file's value before it is validated. */
export type TableInput = z.input<ReturnType<typeof tableSchema>>
