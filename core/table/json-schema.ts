import * as z from 'zod'
import type { Fact } from '../record/vocabulary.ts'
import type { Vocabulary } from './fact/vocabulary.ts'
import { tableSchema } from './schema.ts'

/**
 * The JSON Schema of a table file, for completion and checking in editors: the schema by which files are read, with
 * the list of facts and the operators of conditions written out.
 */
export function tableJsonSchema(vocabulary: Vocabulary): object {
  const schema = z.toJSONSchema(tableSchema(vocabulary.kinds), { io: 'input' }) as unknown as {
    properties: { rows: { items: { properties: { when: object } } } }
  }
  const { when } = schema.properties.rows.items.properties
  schema.properties.rows.items.properties.when = { ...when, $ref: '#/$defs/condition' }
  return {
    ...schema,
    title: 'Decision table',
    $defs: { condition: conditionSchema(vocabulary), accepts, entry },
  }
}

function conditionSchema({ kinds, factsOf }: Vocabulary): object {
  const known = new Map<string, string>()
  for (const kind of kinds)
    for (const fact of factsOf(kind)) if (!fact.name.endsWith('*')) known.set(fact.name, describe(fact))
  return {
    type: 'object',
    properties: {
      $or: {
        type: 'array',
        minItems: 2,
        items: { $ref: '#/$defs/condition' },
        description: 'one of these holds',
      },
      ...Object.fromEntries(
        [...known].map(([name, description]) => [name, { $ref: '#/$defs/accepts', description }]),
      ),
    },
    additionalProperties: { anyOf: [{ $ref: '#/$defs/accepts' }, { type: 'object' }] },
  }
}

const describe = (fact: Fact): string => `${fact.about}${fact.values ? ` (${fact.values.join(', ')})` : ''}`

const accepts = { type: 'array', minItems: 1, items: { $ref: '#/$defs/entry' } }

const text = { type: 'string' }
const texts = { anyOf: [text, { type: 'array', items: text, minItems: 1 }] }
const operator = (name: string, value: object, description: string): object => ({
  type: 'object',
  properties: { [name]: { ...value, description } },
  required: [name],
  additionalProperties: false,
})
const folded = operator('equals-ignore-case', text, 'the text in any case')

const entry = {
  anyOf: [
    { type: ['string', 'number', 'boolean'], description: 'exactly this value' },
    operator('exists', { type: 'boolean' }, 'whether the fact is known'),
    operator(
      'numeric',
      { type: 'array', items: { anyOf: [{ enum: ['<', '<=', '=', '>', '>='] }, { type: 'number' }] } },
      "a comparison, such as ['>=', 500] or ['>=', 50, '<', 250]",
    ),
    operator('prefix', { anyOf: [text, folded] }, 'texts that begin so'),
    operator('suffix', { anyOf: [text, folded] }, 'texts that end so'),
    folded,
    operator('wildcard', text, 'texts that look so; * stands for anything'),
    operator('cidr', text, 'addresses in this range, such as 10.0.0.0/8'),
    operator(
      'anything-but',
      {
        anyOf: [
          texts,
          { type: 'number' },
          { type: 'array', items: { type: 'number' }, minItems: 1 },
          operator('prefix', texts, 'texts that do not begin so'),
          operator('suffix', texts, 'texts that do not end so'),
          operator('equals-ignore-case', texts, 'other texts in any case'),
          operator('wildcard', texts, 'texts that do not look so'),
        ],
      },
      'any known value but these',
    ),
  ],
}
