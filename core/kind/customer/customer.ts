import { countOf, newestOf, sumOf } from '../../record/derived/reduction.ts'
import {
  choice,
  count,
  country,
  day,
  email,
  many,
  money,
  optional,
  phone,
  ref,
  text,
} from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'
import { opportunityKind } from '../sales/opportunity.ts'
import { ticketKind } from '../service/ticket.ts'
import { activityKind, contacts } from './activity.ts'
import { consentKind } from './consent.ts'
import { statedFacts } from './stated.ts'

const profile = { personal: 'profile' } as const
const identity = { personal: 'identity' } as const

/** So many leads a customer tells of, the latest; those before them are named by activities in its file. */
export const mostLeads = 50

export const customerKind = kind({
  name: 'customer',
  plural: 'customers',
  prefix: 'cus',
  title: 'Customer',
  help: 'A person or a company we deal with: buyer, supplier, partner; possible, present or former.',
  fields: () => ({
    type: choice('Type', ['person', 'company'], { list: true, help: 'what it is', example: 'company' }),
    name: text('Name', { personal: 'identity', search: 'words', list: true, example: 'Eastern Mill' }),
    roles: optional(
      many('Roles', choice('Role', ['buyer', 'supplier', 'partner']), {
        list: true,
        help: 'what it is to us; it may be several',
        example: ['buyer'],
      }),
    ),
    emails: optional(
      many('E-mail addresses', email('E-mail', { search: 'whole' }), { personal: 'identity' }),
    ),
    phones: optional(many('Phones', phone('Phone', { search: 'whole' }), { personal: 'identity' })),
    website: optional(text('Website', { personal: 'identity' })),
    address: optional(
      text('Address', { ...identity, most: 500, help: 'street and house, as it is written' }),
    ),
    city: optional(
      text('City', { ...profile, search: 'words', help: 'place of residence or of the office' }),
    ),
    country: optional(
      country('Country', {
        list: true,
        help: 'country in two capital letters',
        example: 'UA',
      }),
    ),
    language: optional(
      choice('Language', ['en', 'uk', 'ru'], { help: 'language to write in', example: 'uk' }),
    ),
    timeZone: optional(
      text('Time zone', {
        noFact: 'a name of a place in the IANA database',
        help: 'IANA name, such as Europe/Kyiv; where it is absent, that of the company',
      }),
    ),
    industry: optional(text('Industry', { list: true, help: 'what it does', example: 'retail' })),
    employees: optional(count('Employees', { list: true, help: 'how many people it employs', example: 40 })),
    bornOn: optional(day('Birthday', profile)),
    children: optional(count('Children', profile)),
    profession: optional(text('Profession', profile)),
    income: optional(money('Monthly income', { ...profile, level: 'confidential' })),
    taxNumber: optional(text('Tax number', { ...identity, search: 'whole', level: 'internal' })),
    ownerId: optional(ref('person', 'Account manager', { list: true, help: 'who looks after it' })),
    teamId: optional(ref('team', 'Team', { list: true, help: 'team that looks after it' })),
    territory: optional(text('Territory', { list: true, help: 'region of sales', example: 'dach' })),
    leadIds: optional(
      many('Leads', ref('lead', 'Lead'), {
        given: true,
        most: mostLeads,
        help: 'leads that were converted into it, the latest last; their history is a part of its own',
        noFact: 'identifiers',
      }),
    ),
  }),
  called: ({ name }) => name,
  unique: ['taxNumber'],
  files: 'leadIds',
  lifecycle: {
    initial: 'prospect',
    states: {
      prospect: { title: 'Prospect' },
      active: { title: 'Customer' },
      lapsed: { title: 'Has stopped buying' },
    },
    transitions: {
      win: { title: 'Has bought', from: ['prospect', 'lapsed'], to: 'active', event: 'won' },
      lapse: { title: 'Has stopped buying', from: ['active'], to: 'lapsed', event: 'lapsed' },
    },
  },
  derived: () => ({
    lastContact: newestOf(activityKind, 'at', {
      title: 'Last contact',
      help: 'when anybody spoke with it',
      where: { what: contacts },
    }),
    mayEmail: newestOf(consentKind, 'state', {
      title: 'Advertising by e-mail',
      help: 'what it said last about advertising by e-mail; absent: it was never asked',
      where: { channel: ['email'], purpose: ['marketing'] },
    }),
    openTickets: countOf(ticketKind, {
      title: 'Open tickets',
      help: 'number of open tickets',
      where: { status: ['new', 'working', 'waiting'] },
    }),
    complaints90Days: countOf(ticketKind, {
      title: 'Complaints in 90 days',
      help: 'number of complaints in the last 90 days',
      where: { type: ['complaint'] },
      within: '90 days',
    }),
    openOpportunities: countOf(opportunityKind, {
      title: 'Open opportunities',
      help: 'number of open opportunities',
      where: { status: ['open'] },
    }),
    openAmount: sumOf(opportunityKind, 'amount', {
      title: 'Amount of open opportunities',
      help: 'what open opportunities come to if all of them are won',
      where: { status: ['open'] },
    }),
    won: countOf(opportunityKind, {
      title: 'Won opportunities',
      help: 'number of opportunities that were won',
      where: { status: ['won'] },
    }),
    lastWonAt: newestOf(opportunityKind, 'closedAt', {
      title: 'Last won',
      help: 'when the last opportunity was won',
      where: { status: ['won'] },
      at: 'closedAt',
    }),
  }),
  facts: statedFacts,
  history: 'its purchases and invoices, from which facts are computed until there are records of them',
})
export type Customer = RecordOf<typeof customerKind>
