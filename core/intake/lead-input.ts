import * as z from 'zod'
import { language } from '../record/id.ts'
import { lead } from '../kind/sales/lead.ts'

const text = z.string().max(100_000)
const line = z.string().max(2_000)

/**
 * What a program may say of a new lead. Fields that it does not name are kept in the submission; those that only the
 * product may set are refused by name, so that nobody believes to have set an owner or a time.
 */
export const leadInput = z
  .looseObject({
    channel: lead.shape.channel.optional(),
    formId: z.string().max(100).optional(),
    name: line.optional(),
    email: line.optional(),
    phone: line.optional(),
    company: line.optional(),
    country: line.optional(),
    product: line.optional(),
    message: text.optional(),
    language: language.optional(),
    employees: z.number().nonnegative().max(1e9).optional(),
    budget: z.number().nonnegative().max(1e15).optional(),
    page: line.optional(),
    referrer: line.optional(),
    /** `true`, or the words that the customer agreed to */
    consent: z.union([z.boolean(), line]).optional(),
  })
  .superRefine((value, context) => {
    for (const name of Object.keys(value))
      if (ours.has(name))
        context.addIssue({ code: 'custom', path: [name], message: 'cannot be set by a caller' })
  })

const settable = new Set([
  'channel',
  'formId',
  'language',
  'country',
  'product',
  'employees',
  'budget',
  'message',
])

const ours = new Set(
  Object.keys(lead.shape)
    .filter((name) => !settable.has(name))
    .concat('owner', 'team', 'queue', 'tenantId', 'outcome', 'receivedAt', 'kind', 'pk', 'sk'),
)
