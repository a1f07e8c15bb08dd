import { choice, count, instant, optional, prose, ref, stored, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

const forWorkflows = { given: true, noFact: 'belongs to workflows' }

export const ticketKind = kind({
  name: 'ticket',
  plural: 'tickets',
  prefix: 'tkt',
  title: 'Ticket',
  help: 'Something a customer wants solved: a question, a fault, a complaint, a bill.',
  fields: () => ({
    subject: text('Subject', {
      personal: 'identity',
      search: 'words',
      list: true,
      example: 'The scale shows too much',
    }),
    text: optional(prose('What happened')),
    channel: choice('Channel', ['web-form', 'phone', 'email', 'chat', 'social', 'pos'], {
      list: true,
      help: 'the door through which it came',
      example: 'email',
    }),
    type: optional(
      choice('Type', ['question', 'fault', 'complaint', 'billing'], {
        list: true,
        help: 'what it is about',
        example: 'fault',
      }),
    ),
    impact: optional(
      choice('Impact', ['none', 'one-person', 'team', 'everybody'], {
        help: 'how far work is stopped',
        example: 'team',
      }),
    ),
    priority: optional(choice('Priority', ['low', 'normal', 'high', 'urgent'], { list: true })),
    product: optional(
      stored('Product', {
        format: 'product',
        list: true,
        help: 'the product in question',
        example: 'monitoring',
      }),
    ),
    language: optional(
      choice('Language', ['en', 'uk', 'ru'], { help: 'language of the request', example: 'en' }),
    ),
    customerId: ref('customer', 'Customer', { list: true, noFact: 'an identifier' }),
    contactId: optional(ref('contact', 'Contact', { noFact: 'an identifier' })),
    respondBy: optional(instant('First answer due', { ...forWorkflows, list: true })),
    answeredAt: optional(
      instant('First answered', {
        list: true,
        noFact: 'belongs to workflows',
        help: 'set by `ask` and `solve`; said by whoever answered otherwise',
      }),
    ),
    solveBy: optional(instant('Solution due', { ...forWorkflows, list: true })),
    solvedAt: optional(instant('Solved', { ...forWorkflows, list: true })),
    solution: optional(prose('Solution', { help: 'what the customer was told' })),
    minutes: optional(count('Minutes spent', { unit: 'minutes', level: 'internal' })),
    reopened: optional(
      count('Times opened again', { given: true, help: 'how often it was opened again', example: 0 }),
    ),
  }),
  called: ({ subject }) => subject,
  filedUnder: 'customerId',
  lifecycle: {
    initial: 'new',
    states: {
      new: { title: 'New', open: true },
      working: { title: 'In progress', open: true },
      waiting: { title: 'Waiting for the customer', open: true, pauses: true },
      solved: { title: 'Solved' },
      closed: { title: 'Closed' },
    },
    transitions: {
      start: { title: 'Begin', from: ['new'], to: 'working', event: 'started' },
      ask: {
        title: 'Ask the customer',
        from: ['new', 'working'],
        to: 'waiting',
        event: 'asked',
        sets: { answeredAt: 'once' },
      },
      resume: { title: 'Go on', from: ['waiting'], to: 'working', event: 'resumed' },
      solve: {
        title: 'Solve',
        from: ['new', 'working', 'waiting'],
        to: 'solved',
        event: 'solved',
        needs: ['solution'],
        takes: ['minutes'],
        sets: { answeredAt: 'once', solvedAt: 'now' },
      },
      reopen: {
        title: 'Open again',
        from: ['solved', 'closed'],
        to: 'working',
        event: 'reopened',
        // What was kept is to be kept again; the times are promised anew.
        sets: { reopened: '+1', answeredAt: 'nothing', solvedAt: 'nothing' },
      },
      close: { title: 'Close', from: ['solved'], to: 'closed', event: 'closed' },
    },
  },
  joins: ['customer'],
  events: { answered: 'answeredAt' },
  work: {
    promises: [
      { field: 'respondBy', step: 'answer', keptBy: 'answeredAt', title: 'first answer', byContact: true },
      { field: 'solveBy', step: 'solve', keptBy: 'solvedAt', title: 'solution' },
    ],
  },
})
export type Ticket = RecordOf<typeof ticketKind>
