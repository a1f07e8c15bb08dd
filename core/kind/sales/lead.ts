import * as z from 'zod'
import {
  instant,
  language,
  leadId,
  personId,
  queueId,
  submissionId,
  teamId,
  tenantId,
} from '../../record/id.ts'
import { keyOf, type Entity, type Key } from '../../record/item.ts'

/** What is to be done next on an open lead, and until when. Guarantee 3: an open lead always has one. */
export const nextAction = z.object({
  /** `route` waits for the workflow, `answer` for the first contact, `follow-up` for the next one, `take` for somebody who takes it from a queue */
  what: z.enum(['route', 'answer', 'follow-up', 'take']),
  dueAt: instant,
})

const contact = z.object({
  name: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  company: z.string().optional(),
})
/** Who somebody is and how to reach him, by what he said last. */
export type Contact = z.infer<typeof contact>

/** Somebody else who wrote about a lead, because he shares an address with it. */
const otherPerson = contact.extend({
  /** when he wrote first, and last */
  since: instant,
  lastAt: instant,
  /** what he sent last */
  submissionId,
})
export type OtherPerson = z.infer<typeof otherPerson>

/** So many others stand in a lead, those who wrote last; the rest is in its history. */
export const mostPeople = 20

/** E-mail address or phone number, in the writing of its unique key. */
const address = z.object({ scope: z.enum(['email', 'phone']), value: z.string() })
export type Address = z.infer<typeof address>

/** So many addresses that are not shown any more still find the lead after it was reopened. */
export const mostEarlier = 20

export const lead = z.object({
  tenant: tenantId,
  id: leadId,
  version: z.int().positive(),
  status: z.enum(['open', 'won', 'lost']),
  createdAt: instant,
  updatedAt: instant,
  /** the submission that created it; further ones are activities */
  submissionId,
  channel: z.enum(['web-form', 'api', 'phone', 'email', 'chat', 'social', 'event', 'pos']),
  formId: z.string().optional(),
  language,
  /** ISO 3166 code in capitals, as said or as derived from the phone number */
  country: z.string().optional(),
  product: z.string().optional(),
  employees: z.number().optional(),
  budget: z.number().optional(),
  /** part of the address after @, in small letters: not personal, so rules and events may use it */
  emailDomain: z.string().optional(),
  source: z
    .object({
      page: z.string().optional(),
      referrer: z.string().optional(),
      utm: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** personal: never in events, executions or logs. The latest that the customer said; what it was before is in the history */
  contact,
  /** personal: who else wrote about it, whoever wrote last first */
  people: z.array(otherPerson).optional(),
  /** personal: addresses that belong to it and are not shown any more, or are shown in another writing */
  earlier: z.array(address).optional(),
  /** personal: the first 2,000 characters; the whole text is in the submission */
  message: z.string().optional(),
  /** personal: what was sent and fills no other field, as it came; the first lines, the rest is in the submission */
  also: z.array(z.object({ name: z.string(), text: z.string() })).optional(),
  priority: z.enum(['low', 'normal', 'high', 'urgent']).optional(),
  teamId: teamId.optional(),
  ownerId: personId.optional(),
  queueId: queueId.optional(),
  nextAction: nextAction.optional(),
  /** the time promised for the first answer */
  respondBy: instant.optional(),
  answeredAt: instant.optional(),
  /** when the customer last wrote, if not when it was created */
  wroteAt: instant.optional(),
  closedAt: instant.optional(),
  /** the run that looks after it: `<workflow>.<lead version that started it>` */
  runId: z.string().optional(),
  /** how often in a row automation has caused a change: ends loops */
  hop: z.int().nonnegative().optional(),
  /** how often the watchdog has raised it since the last contact: each level fires once */
  raised: z.int().nonnegative().optional(),
})
export type Lead = z.infer<typeof lead>

/** The watchdog raises a lead so often; then it stays where it is, with an open alert, and leaves the watch. */
export const lastLevel = 3

/** Fields that carry personal data: left out of events, of execution inputs and of logs. */
export const personalLeadFields = ['contact', 'people', 'earlier', 'message', 'also'] as const

/** The watch index is spread so that no single partition takes every lead's write. */
export const watchShards = 4

export function watchShard(id: string): number {
  let sum = 0
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) >>> 0
  return sum % watchShards
}

export const leadKey = (tenant: string, id: string): Key => ({ pk: keyOf(tenant, 'lead', id), sk: '@' })

export const leadEntity: Entity<Lead> = {
  kind: 'lead',
  schema: lead,
  keys: (record) => {
    const holder = record.ownerId
      ? ['owner', record.ownerId]
      : record.queueId
        ? ['queue', record.queueId]
        : undefined
    const due = record.status === 'open' ? record.nextAction?.dueAt : undefined
    // A new lead is routed within a second. It is not listed as work before, which would cost two write units of
    // every lead; one that is not routed in time is raised, and then it is.
    const listed = record.nextAction?.what !== 'route' || record.raised !== undefined
    return {
      ...leadKey(record.tenant, record.id),
      ...(due &&
        holder &&
        listed && { queuePk: keyOf(record.tenant, ...holder), queueSk: keyOf(due, 'lead', record.id) }),
      ...(due &&
        (record.raised ?? 0) < lastLevel && {
          watchPk: keyOf(record.tenant, 'watch', watchShard(record.id)),
          watchSk: keyOf(due, 'lead', record.id),
        }),
      listPk: keyOf(record.tenant, 'lead', record.createdAt.slice(0, 10)),
      listSk: keyOf(record.createdAt, record.id),
    }
  },
}
