import * as z from 'zod/mini'
import {
  choice,
  instant,
  many,
  money,
  number,
  optional,
  ref,
  stored,
  text,
  value,
} from '../../record/field.ts'
import { entryKey, fileOf, type Key } from '../../record/key.ts'
import { entry, subject, type RecordOf } from '../../record/kind.ts'
import { contact } from '../sales/lead.ts'

const said = () => z.union([z.string(), z.number(), z.boolean(), money('Amount')])

/** Something of a lead that the customer said otherwise than before. Personal. */
const change = z.object({
  field: z.string(),
  /** absent: it was not known */
  before: z.optional(said()),
  after: said(),
})
export type Change = z.infer<typeof change>

/** Who sent what was merged. Personal. */
const writer = z.extend(contact, {
  /** `contact`: the customer whose lead it is; `person`: somebody else who wrote about it before; `new`: for the first time */
  is: z.enum(['contact', 'person', 'new']),
})
export type Writer = z.infer<typeof writer>

/** What a lead became. */
const conversion = z.object({
  leadId: ref('lead', 'Lead'),
  customerId: ref('customer', 'Customer'),
  contactId: z.optional(ref('contact', 'Contact')),
  opportunityId: z.optional(ref('opportunity', 'Opportunity')),
})
export type Conversion = z.infer<typeof conversion>

/** Channels in which somebody speaks with the customer, himself and with nobody else. */
const conversations = ['call', 'email', 'meeting', 'chat', 'sms', 'social', 'visit', 'letter'] as const

/**
 * What else customers do and are told: `event`: takes part in one; `form`: sends one; `ad`: came by an advertisement; `mailing`:
 * a letter to many; `signal`: what a tool of others tells.
 */
const signals = [
  'event',
  'form',
  'ad',
  'mailing',
  'page-view',
  'review',
  'conversion',
  'signal',
  'note',
] as const

/** What people and programs tell of any record. */
export const toldTypes = [...conversations, ...signals] as const

/**
 * `merge`: the customer wrote again; `elsewhere`: wrote, by an address of this lead, what belongs to another one; from `close`
 * on: what is done with a lead
 */
export const activityTypes = [
  ...toldTypes,
  'merge',
  'elsewhere',
  'close',
  'reopen',
  'take',
  'give',
  'raise',
  'convert',
] as const

export const activityKind = entry({
  name: 'activity',
  title: 'Activity',
  help: 'What somebody did with a record, or what happened to it. A contact by a member of staff answers a lead or a ticket.',
  fields: () => ({
    id: stored('Id', { given: true }),
    at: instant('When'),
    what: choice('What', activityTypes),
    by: stored('By', { given: true, help: 'person id, name of a program, `customer`, or `holdfast`' }),
    text: optional(stored('Text', { personal: 'identity' })),
    outcome: optional(stored('Outcome')),
    direction: optional(choice('Direction', ['in', 'out'])),
    duration: optional(number('Duration', { least: 0, help: 'seconds' })),
    campaign: optional(text('Campaign', { help: 'what brought it about' })),
    order: optional(text('Order', { help: 'number of the order that it is about' })),
    nextStep: optional(
      text('Next step', {
        personal: 'identity',
        most: 200,
        help: 'of a lead: what is to be done next, in words',
      }),
    ),
    to: optional(
      stored('To', { given: true, help: 'of what was given: the person or the queue that has it since' }),
    ),
    about: optional(
      value('About', subject, {
        given: true,
        help: 'in the file of a customer: the record with which it happened, where that is filed here',
      }),
    ),
    submissionId: optional(ref('submission', 'Submission', { given: true })),
    writer: optional(value('Writer', writer, { given: true, personal: 'identity' })),
    changes: optional(
      many('Changes', change, {
        given: true,
        personal: 'identity',
        help: 'of a merge: what the lead says otherwise since then',
      }),
    ),
    otherLeadId: optional(
      ref('lead', 'Other lead', {
        given: true,
        help: 'another open lead to which one of the addresses belongs',
      }),
    ),
    became: optional(
      value('Became', conversion, {
        given: true,
        help: 'of a conversion: the lead, and the records that it became',
      }),
    ),
  }),
  place: ({ at, id }) => activityPlace(at, id),
  said: (at = '', _, id = '') => ({ at, id }),
})
export type Activity = RecordOf<typeof activityKind>

const activityPlace = (at: string, id: string): string => entryKey('happened', at, 'activity', id)

/** Kinds of activity by which a lead or a ticket counts as answered. */
export const contacts: readonly Activity['what'][] = conversations

/** Outcomes by which nobody was reached: the attempt is kept, the promise stands. */
export const unreached: readonly string[] = ['no-answer', 'busy', 'voicemail', 'failed', 'wrong-number']

/** Where both speak, whoever began it. */
const mutual: readonly Activity['what'][] = ['call', 'meeting', 'visit']

/** Somebody of us spoke with the customer, or wrote to him. */
export function reached({
  what,
  direction,
  outcome,
}: Pick<Activity, 'what' | 'direction' | 'outcome'>): boolean {
  if (!contacts.includes(what) || (outcome !== undefined && unreached.includes(outcome))) return false
  return direction !== 'in' || mutual.includes(what)
}

export const activityKey = (tenant: string, of: string, at: string, id: string): Key => ({
  pk: fileOf(tenant, of),
  sk: activityPlace(at, id),
})

/** Of the activity in which a submission was merged: the message about it finds it by this. */
export const mergeActivityId = (submissionId: string): string => submissionId.replace(/^sub_/, 'act_')
