import type * as z from 'zod/mini'
import { definitionOf, isOptional, saidOf, type DerivedPlan, type Format, type Reduction } from './field.ts'
import type { AnyRecord } from './kind.ts'

/*
 * What rules may ask about a record, taken from the declaration of its kind: names, types, values, words and what is
 * personal. A field that no rule asks about says why (`noFact`); what is computed of a record is declared beside its
 * fields (`facts`). Which of all these a table may use is put together in core/table/fact/vocabulary.ts.
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
  /** how its texts are written */
  format?: Format | 'day' | 'instant'
  /** what it names */
  to?: readonly string[]
  /** it is a part of what is published */
  partOf?: { of: string; list: string }
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
  /** of a noun that the table's own joins */
  joined?: boolean
  /** a sample value, for documentation and for example records */
  example?: string | number | boolean | readonly string[]
}

/** What is known beside a record when its facts are computed. */
export interface Known {
  /** milliseconds */
  now: number
  /** what happened to it, where its noun says what that is */
  history?: object | undefined
}

/** A fact that is no field, as a noun declares it under its name. */
export interface FactPlan<R = AnyRecord> extends Omit<Fact, 'name' | 'type' | 'derived' | 'joined'> {
  /** absent: text */
  type?: FactType
  /** how it is computed of what was read, which may lack any field; undefined: unknown. Absent: it is stated */
  of?(record: Partial<R>, known: Known): unknown
}

/** Stands in `joins` for every kind that is worked on. */
export const anyWork = '*'

/** What has facts: a kind of record, or a noun that rules speak of before it is one. */
export interface Noun {
  name: string
  schema?: { shape: Readonly<Record<string, z.core.$ZodType>> }
  facts?: Readonly<Record<string, FactPlan>>
  derived?: DerivedPlan | undefined
  /** the nouns whose facts a table about it may use too, as far as they are known */
  joins?: readonly string[]
  /** what its computed facts come from beside its record: named `history` in tests and records */
  history?: string
  doors?: readonly string[]
  work?: object
}

/** Declares a noun that has no kind of record yet: its facts are listed by hand. */
export const noun = (plan: Pick<Noun, 'name' | 'joins' | 'history'> & Required<Pick<Noun, 'facts'>>): Noun =>
  plan

/** The facts of a noun, and by name the reason of what is none. */
export function factsOfNoun({ name: noun, schema, facts: plans = {}, derived = {}, history }: Noun): {
  facts: Fact[]
  leftOut: Record<string, string>
} {
  const leftOut: Record<string, string> = history === undefined ? {} : { history }
  const fields = Object.entries(schema?.shape ?? {}).flatMap(([name, type]) =>
    factsOfField(`${noun}.${name}`, type, { always: true, personal: false }, leftOut),
  )
  const beside = Object.entries(plans).map(([name, { type = 'text', of, ...told }]): Fact => {
    return { name, type, ...told, ...(of && { derived: true }) }
  })
  const ofLines = Object.entries(derived).flatMap(([name, plan]) => factsOfLines(`${noun}.${name}`, plan))
  return { facts: [...fields, ...ofLines, ...beside], leftOut }
}

/** What is computed of lines: unknown until it is computed, and of money unless all of it is in the company's currency. */
function factsOfLines(name: string, { form, of, field = '', title, help }: Reduction): Fact[] {
  const told = { name, about: help ?? title, derived: true }
  const type = of.schema.shape[field]
  if (form === 'count') return [{ ...told, type: 'number', whole: true, least: 0 }]
  if (form === 'distinct') return [{ ...told, type: 'texts' }]
  const facts = type ? factsOfField(name, type, { always: false, personal: false }, {}) : []
  if (form === 'newest' || form === 'oldest') return facts.map((fact) => ({ ...fact, ...told }))
  const isWhole = form === 'sum' && type !== undefined && saidOf(type).unit !== 'money'
  return [{ ...told, type: 'number', ...(isWhole && { whole: true }) }]
}

function factsOfField(
  name: string,
  type: z.core.$ZodType,
  within: { always: boolean; personal: boolean },
  leftOut: Record<string, string>,
): Fact[] {
  const { help, title, example, noFact, personal, unit, ...said } = saidOf(type)
  if (noFact !== undefined) {
    leftOut[name] = noFact
    return []
  }
  const def = definitionOf(type)
  const { to, format, partOf } = { ...(def.element && saidOf(def.element)), ...said }
  const here = {
    always: within.always && !isOptional(type),
    personal: within.personal || personal !== undefined,
  }
  if (def.shape && unit !== 'money')
    return Object.entries(def.shape).flatMap(([key, field]) =>
      factsOfField(`${name}.${key}`, field, here, leftOut),
    )
  const fact = {
    about: help ?? title ?? '',
    ...(format && { format }),
    ...(to && { to }),
    ...(partOf && { partOf }),
    ...(here.personal && { personal: true }),
    ...(example !== undefined && { example: example as NonNullable<Fact['example']> }),
  }
  if (def.type === 'record') return [{ name: `${name}.*`, type: 'text', ...fact }]
  const asked = typeOf(def)
  if (asked) return [{ name, ...asked, ...(here.always && { always: true }), ...fact }]
  leftOut[name] = 'rules ask about texts, numbers and flags, and this is none'
  return []
}

const formats: Record<string, Fact['format']> = { date: 'day', datetime: 'instant' }

/** Nothing of what no condition can ask about: lists of things with fields, bytes, alternatives. */
function typeOf(def: ReturnType<typeof definitionOf>): Omit<Fact, 'name' | 'about'> | undefined {
  // Of the things with a shape only money comes here: rules say it in whole units of the company's currency.
  if (def.shape) return { type: 'number', least: 0 }
  const format = formats[def.format ?? '']
  switch (def.type) {
    case 'boolean':
      return { type: 'flag' }
    case 'literal':
      return typeof def.values?.[0] === 'boolean' ? { type: 'flag' } : undefined
    case 'enum':
      return { type: 'text', values: Object.values(def.entries ?? {}) }
    case 'string':
      return { type: 'text', ...(format && { format }) }
    case 'number':
      return numberOf(def)
    case 'array': {
      const each = def.element && typeOf(definitionOf(def.element))
      return each?.type === 'text' ? { ...each, type: 'texts' } : undefined
    }
    default:
      return undefined
  }
}

function numberOf(def: ReturnType<typeof definitionOf>): Pick<Fact, 'type' | 'whole' | 'least' | 'most'> {
  const limit = (check: string) => def.checks?.find(({ _zod }) => _zod.def.check === check)?._zod.def.value
  const [least, most] = [limit('greater_than'), limit('less_than')]
  const isWhole = def.format === 'safeint' || def.checks?.some(({ _zod }) => _zod.def.format === 'safeint')
  return {
    type: 'number',
    ...(isWhole && { whole: true }),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  }
}
