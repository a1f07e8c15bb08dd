import type * as z from 'zod/mini'
import { saidOf } from '../../record/field.ts'
import { leadKind } from './lead.ts'

/** What is read, shown and told by rules of its own. */
const ownRules = new Set([
  'channel',
  'formId',
  'language',
  'country',
  'product',
  'employees',
  'budget',
  'emailDomain',
  'source',
  'contact',
  'people',
  'earlier',
  'message',
  'also',
  'priority',
])

let declared: Map<string, z.ZodMiniType> | undefined

/**
 * Fields of the lead that follow from their declaration alone, by their names: whoever sends one under its name fills it.
 * What Holdfast sets by itself, and what points at another record, nobody sends.
 */
export const declaredFields = (): ReadonlyMap<string, z.ZodMiniType> =>
  (declared ??= new Map(
    Object.entries(leadKind.schema.shape as Record<string, z.ZodMiniType>).filter(([name, type]) => {
      const { given, to } = saidOf(type)
      return !given && !to && !ownRules.has(name)
    }),
  ))
