import * as z from 'zod/mini'
import { language } from '../record/id.ts'
import { isObject } from '../record/operation/read.ts'
import { factOf, isShort, shapeOf } from './declared-field.ts'
import type { Value } from './part.ts'
import { declaredFields } from '../kind/sales/declared-field.ts'
import { channels, leadKind } from '../kind/sales/lead.ts'

const text = z.string().check(z.maxLength(100_000))
const line = z.string().check(z.maxLength(2_000))

const said = z.looseObject({
  channel: z.optional(z.enum(channels)),
  formId: z.optional(z.string().check(z.maxLength(100))),
  name: z.optional(line),
  email: z.optional(line),
  phone: z.optional(line),
  company: z.optional(line),
  country: z.optional(line),
  product: z.optional(line),
  message: z.optional(text),
  language: z.optional(language),
  employees: z.optional(z.number().check(z.nonnegative(), z.maximum(1e9))),
  budget: z.optional(z.number().check(z.nonnegative(), z.maximum(1e15))),
  page: z.optional(line),
  referrer: z.optional(line),
  /** `true`, or the words that the customer agreed to */
  consent: z.optional(z.union([z.boolean(), line])),
})

/**
 * What a program may say of a new lead. Fields that it does not name are kept in the submission; those that only the
 * product may set are refused by name, so that nobody believes to have set an owner or a time.
 */
export const leadInput = said.check(
  z.check<z.infer<typeof said>>(
    ({ value: sent, issues }) => {
      const ours = notSettable()
      for (const [name, type] of declaredFields()) {
        const value = sent[name]
        if (value === undefined || value === null) continue
        // As it is read afterwards; an amount without a currency is one of the company's.
        if (isShort(value) && factOf(type, value as Value, 'EUR') !== undefined) continue
        const message = isShort(value) ? `write ${shapeOf(type)}` : 'is longer than 2,000 characters'
        issues.push({ code: 'custom', path: [name], message, input: value })
      }
      for (const name of Object.keys(sent))
        if (ours.has(name))
          issues.push({ code: 'custom', path: [name], message: 'cannot be set by a caller', input: sent })
    },
    // Together with what is wrong in other fields.
    { when: ({ value }) => isObject(value) },
  ),
)

const notSettable = (): Set<string> =>
  new Set(
    Object.keys(leadKind.schema.shape)
      .filter((name) => !Object.hasOwn(said.shape, name) && !declaredFields().has(name))
      .concat('owner', 'team', 'queue', 'tenantId', 'outcome', 'receivedAt', 'kind', 'pk', 'sk'),
  )
