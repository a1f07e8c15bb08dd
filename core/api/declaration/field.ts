import type * as z from 'zod/mini'
import { definitionOf, innermost, saidOf } from '../../record/field.ts'

/* What the type of a field says of it, for those who check how it is used. */

export const isInstant = (type: z.core.$ZodType): boolean => definitionOf(type).format === 'datetime'
/** Two records can have the same text or number, and it can be told that it is the same. */
export const isPlain = (type: z.core.$ZodType): boolean =>
  ['string', 'number', 'enum'].includes(definitionOf(type).type)

/** How many characters a text may have; nothing where nothing limits it. */
export const mostOf = (type: z.core.$ZodType): number | undefined =>
  definitionOf(type).checks?.find(({ _zod }) => _zod.def.check === 'max_length')?._zod.def.maximum

/** What a field is, in words. */
export function whatIs(type: z.core.$ZodType): string {
  const { unit, to } = saidOf(type)
  const def = definitionOf(type)
  if (unit === 'money') return 'money'
  if (to) return `a reference to a ${to.join(' or a ')}`
  return formats[def.format ?? ''] ?? types[def.type] ?? 'something else'
}

const formats: Record<string, string> = { datetime: 'a moment', date: 'a day' }
const types: Record<string, string> = {
  string: 'a text',
  enum: 'a choice',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
}

/** Whatever the field and what lies in it point at. */
export function referencesIn(type: z.core.$ZodType): readonly string[] {
  const { to = [] } = { ...saidOf(innermost(type)), ...saidOf(type) }
  const { element, shape = {} } = definitionOf(type)
  return [...to, ...(element ? referencesIn(element) : []), ...Object.values(shape).flatMap(referencesIn)]
}
