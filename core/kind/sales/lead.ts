import * as z from 'zod/mini'
import {
  choice,
  count,
  group,
  instant,
  many,
  money,
  optional,
  ref,
  stored,
  value,
} from '../../record/field.ts'
import { language } from '../../record/id.ts'
import { recordKey } from '../../record/key.ts'
import { kind, type RecordOf } from '../../record/kind.ts'
import { readPosted } from './posted.ts'

const forWorkflows = { given: true, noFact: 'belongs to workflows' }

/** What a lead was converted into. */
const became = { given: true, noFact: 'an identifier', help: 'what it became when it was converted' }

/** Who somebody is and how to reach him, by what he said last. */
const contactFields = () => ({
  name: optional(
    stored('Name', { search: 'words', help: 'name of the person', example: 'Olena Shevchenko' }),
  ),
  email: optional(
    stored('E-mail', {
      search: 'whole',
      format: 'email',
      help: 'e-mail address of the person',
      example: 'olena@example.com',
    }),
  ),
  phone: optional(
    stored('Phone', {
      search: 'whole',
      format: 'phone',
      help: 'phone number of the person',
      example: '+380441234567',
    }),
  ),
  company: optional(
    stored('Company', { search: 'words', help: 'name of the company as typed', example: 'Example GmbH' }),
  ),
})
export const contact = z.object(contactFields())
export type Contact = z.infer<typeof contact>

/** Somebody else who wrote about a lead, because he shares an address with it. */
const otherPerson = z.object({
  ...contactFields(),
  /** when he wrote first, and last */
  since: instant('Since'),
  lastAt: instant('Last'),
  /** what he sent last */
  submissionId: ref('submission', 'Submission'),
})
export type OtherPerson = z.infer<typeof otherPerson>

/** So many others stand in a lead, those who wrote last; the rest is in its history. */
export const mostPeople = 20

/** E-mail address or phone number, in the writing of its unique key. */
const address = z.object({ scope: z.enum(['email', 'phone']), value: z.string() })
export type Address = z.infer<typeof address>

/** What of a lead says whether something was given; it may lack anything. */
interface Given {
  contact?: Contact
  message?: string | undefined
  inSubmission?: readonly string[] | undefined
}

/** Whether something was given, which rules may know where what it says is personal. */
function given(about: string, read: (lead: Given) => unknown) {
  const of = (lead: Given): boolean => {
    const value = read(lead)
    return typeof value === 'string' && value.trim() !== ''
  }
  return { type: 'flag', always: true, about, of } as const
}

/** So many addresses that are not shown any more still find the lead after it was reopened. */
export const mostEarlier = 20

export const channels = ['web-form', 'api', 'phone', 'email', 'chat', 'social', 'event', 'pos'] as const
export const priorities = ['low', 'normal', 'high', 'urgent'] as const
export const priority = z.enum(priorities)

export const leadKind = kind({
  name: 'lead',
  plural: 'leads',
  prefix: 'lead',
  title: 'Lead',
  help: 'Somebody who asked for something and is to be answered: who, what, through which door, and who looks after it.',
  fields: () => ({
    submissionId: ref('submission', 'Submission', {
      given: true,
      help: 'the submission that created it; further ones are activities',
      noFact: 'an identifier',
    }),
    channel: choice('Channel', channels, { list: true, help: 'the door through which it came' }),
    formId: optional(
      stored('Form', { to: ['form'], help: 'the web form it was posted from', example: 'demo' }),
    ),
    language: value('Language', language, { help: 'the language that the visitor used' }),
    country: optional(
      stored('Country', {
        list: true,
        format: 'country',
        help: 'country in two capital letters, as said or as the phone number tells',
        example: 'DE',
      }),
    ),
    product: optional(
      stored('Product', {
        list: true,
        format: 'product',
        help: 'what the lead is interested in',
        example: 'monitoring',
      }),
    ),
    employees: optional(count('Employees', { help: 'how many people the company employs', example: 120 })),
    budget: optional(
      money('Budget', { help: 'what may be spent, in the currency of the company', example: 20_000 }),
    ),
    emailDomain: optional(
      stored('E-mail domain', {
        format: 'email-domain',
        help: 'part of the e-mail address after the @, in small letters, an international one as xn--…',
        example: 'example.com',
      }),
    ),
    source: optional(
      group('Source', {
        page: optional(
          stored('Page', {
            help: 'address of the page with the form',
            example: 'https://example.com/pricing',
          }),
        ),
        referrer: optional(
          stored('Referrer', { help: 'address of the page before it', example: 'https://search.example/' }),
        ),
        utm: optional(
          value('Campaign', z.record(z.string(), z.string()), {
            help: 'a campaign parameter, such as lead.source.utm.campaign',
            example: 'spring',
          }),
        ),
      }),
    ),
    // The latest that the customer said; what it was before is in the history.
    contact: group('Contact', contactFields(), { personal: 'identity' }),
    people: optional(
      many('Other people', otherPerson, {
        most: mostPeople,
        personal: 'identity',
        help: 'who else wrote about it, whoever wrote last first',
        noFact: 'who else wrote; how many share an address says nothing of the customer',
      }),
    ),
    earlier: optional(
      many('Earlier addresses', address, {
        most: mostEarlier,
        personal: 'identity',
        help: 'addresses that belong to it and are not shown any more, or are shown in another writing',
        noFact: 'bookkeeping of addresses',
      }),
    ),
    message: optional(
      stored('Message', {
        personal: 'identity',
        help: 'what the person wrote',
        example: 'Please call me.',
      }),
    ),
    also: optional(
      many('Also sent', z.object({ name: z.string(), text: z.string() }), {
        personal: 'identity',
        help: 'what was sent and fills no other field, as it came; the first lines, the rest is in the submission',
        noFact: 'nobody knows what it means',
      }),
    ),
    inSubmission: optional(
      many('In the submission', z.enum(['message', 'also']), {
        given: true,
        internal: true,
        help: 'which of these stand in its first submission only, because nobody has written since',
        noFact: 'bookkeeping',
      }),
    ),
    priority: optional(choice('Priority', priorities, { list: true, help: 'priority given before, if any' })),
    respondBy: optional(instant('First answer due', { ...forWorkflows, list: true })),
    nextStep: optional(
      stored('What to do next', {
        given: true,
        personal: 'identity',
        noFact: 'belongs to whoever has it',
        help: 'the next step, in words',
      }),
    ),
    answeredAt: optional(instant('First answered', { ...forWorkflows, list: true })),
    customerId: optional(ref('customer', 'Customer', became)),
    contactId: optional(ref('contact', 'Contact', became)),
    opportunityId: optional(ref('opportunity', 'Opportunity', became)),
    wroteAt: optional(
      instant('Wrote last', { ...forWorkflows, help: 'when the customer last wrote, if not at first' }),
    ),
  }),
  // Whoever writes much would make each write of his lead dearer.
  elsewhere: {
    fields: ({ inSubmission }) => inSubmission ?? [],
    key: ({ tenant, submissionId }) => recordKey(tenant, submissionId),
    read: (submission, press) => readPosted(submission as unknown as Parameters<typeof readPosted>[0], press),
  },
  called: ({ contact: { name, company, email, phone }, id }) => name ?? company ?? email ?? phone ?? id,
  // New ones come through doors of their own, and people work on them by activities.
  doors: ['list', 'read'],
  lifecycle: {
    initial: 'open',
    states: {
      open: { title: 'Open', open: true },
      won: { title: 'Won' },
      lost: { title: 'Lost' },
    },
    transitions: {
      win: { title: 'Won', from: ['open'], to: 'won', event: 'closed' },
      lose: { title: 'Lost', from: ['open'], to: 'lost', event: 'closed' },
      reopen: {
        title: 'Open again',
        from: ['won', 'lost'],
        to: 'open',
        event: 'reopened',
      },
    },
  },
  facts: {
    'given.email': given('an e-mail address was given', ({ contact }) => contact?.email),
    'given.phone': given('a phone number was given', ({ contact }) => contact?.phone),
    'given.company': given('a company name was given', ({ contact }) => contact?.company),
    'given.message': given('something was written', ({ message, inSubmission }) =>
      inSubmission?.includes('message') ? 'in its submission' : message,
    ),
  },
  joins: ['customer'],
  events: { answered: 'answeredAt' },
  work: {
    promises: [{ field: 'respondBy', step: 'answer', keptBy: 'answeredAt', title: 'first answer' }],
  },
})
export type Lead = RecordOf<typeof leadKind>
