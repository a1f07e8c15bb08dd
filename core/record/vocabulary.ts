import type * as z from 'zod/mini'
import { saidOf } from './field.ts'
import type { Kind } from './kind.ts'

/*
 * What rules may ask about a record, taken from the declaration of its kind: names, types, values, words and what is
 * personal. A field that no rule asks about says why (`noFact`).
 */

export type FactType = 'text' | 'number' | 'flag' | 'texts'

/** A fact is named by its path (`lead.country`). An unknown value is absent, never null, so that `exists` is the one way to ask for it. */
export interface Fact {
  name: string
  type: FactType
  /** one sentence for the writer of a table */
  about: string
  /** every value that it can have */
  values?: readonly string[]
  /** always there; any other fact may be absent */
  always?: boolean
  /** whole numbers only */
  whole?: boolean
  least?: number
  most?: number
  /** kept out of explanations and records: they name it, so that erasing a person erases it everywhere */
  personal?: boolean
  /** computed from the customer's history or from the moment, not a field of a record */
  derived?: boolean
  /** a sample value, for documentation and for example records */
  example?: string | number | boolean | readonly string[]
}

/** The facts of a kind, and by name the reason of what is none. */
export function factsOfKind(kind: Pick<Kind, 'name' | 'schema'>): {
  facts: Fact[]
  leftOut: Record<string, string>
} {
  const leftOut: Record<string, string> = {}
  const facts = Object.entries(kind.schema.shape).flatMap(([name, type]) =>
    factsOfField(`${kind.name}.${name}`, type, { always: true, personal: false }, leftOut),
  )
  return { facts, leftOut }
}

type Def = {
  type: string
  innerType?: z.core.$ZodType
  entries?: Record<string, string>
  shape?: Record<string, z.core.$ZodType>
  valueType?: z.core.$ZodType
  element?: z.core.$ZodType
  format?: string
  checks?: { _zod: { def: { format?: string; check?: string; value?: number } } }[]
}

function factsOfField(
  name: string,
  type: z.core.$ZodType,
  within: { always: boolean; personal: boolean },
  leftOut: Record<string, string>,
): Fact[] {
  const { help, title, example, noFact, personal, unit } = saidOf(type)
  if (noFact !== undefined) {
    leftOut[name] = noFact
    return []
  }
  const isOptional = (type._zod.def as Def).type === 'optional'
  const inner = innermost(type)
  const def = inner._zod.def as Def
  const here = { always: within.always && !isOptional, personal: within.personal || personal !== undefined }
  if (def.shape && unit !== 'money')
    return Object.entries(def.shape).flatMap(([key, field]) =>
      factsOfField(`${name}.${key}`, field, here, leftOut),
    )
  const fact = {
    about: help ?? title ?? '',
    ...(here.personal && { personal: true }),
    ...(example !== undefined && { example: example as NonNullable<Fact['example']> }),
  }
  if (def.type === 'record') return [{ name: `${name}.*`, type: 'text', ...fact }]
  return [{ name, ...typeOf(def), ...(here.always && { always: true }), ...fact }]
}

function innermost(type: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = type._zod.def as Def
  return innerType ? innermost(innerType) : type
}

function typeOf(def: Def): Pick<Fact, 'type' | 'values' | 'whole' | 'least'> {
  // Of the things with a shape only money comes here: rules say it in whole units of the company's currency.
  if (def.shape) return { type: 'number', least: 0 }
  if (def.type === 'boolean') return { type: 'flag' }
  if (def.type === 'enum') return { type: 'text', values: Object.values(def.entries ?? {}) }
  if (def.type === 'array') return { type: 'texts' }
  if (def.type !== 'number') return { type: 'text' }
  const least = def.checks?.find(({ _zod }) => _zod.def.check === 'greater_than')?._zod.def.value
  const isWhole = def.format === 'safeint' || def.checks?.some(({ _zod }) => _zod.def.format === 'safeint')
  return { type: 'number', ...(isWhole && { whole: true }), ...(least !== undefined && { least }) }
}
