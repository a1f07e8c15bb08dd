import { choice, instant, many, optional, prose, ref, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const meetingKind = kind({
  name: 'meeting',
  plural: 'meetings',
  prefix: 'meet',
  title: 'Meeting',
  help: 'An appointment with a customer, or among colleagues: a visit, a call with a picture, a demonstration.',
  fields: () => ({
    title: text('Title', {
      personal: 'identity',
      search: 'words',
      list: true,
      help: 'what it is about',
      example: 'Offer for the second line',
    }),
    type: choice('Type', ['on-site', 'in-house', 'online', 'phone'], {
      list: true,
      help: 'where one meets',
      example: 'online',
    }),
    customerId: optional(
      ref('customer', 'Customer', { list: true, noFact: 'an identifier', help: 'in whose file it lies' }),
    ),
    contactIds: optional(
      many('Contacts', ref('contact', 'Contact'), {
        noFact: 'identifiers',
        help: 'who comes of the customer',
      }),
    ),
    colleagueIds: optional(
      many('Colleagues', ref('person', 'Colleague'), {
        list: true,
        noFact: 'identifiers',
        help: 'who comes of us beside the owner',
      }),
    ),
    place: optional(text('Place', { most: 500, personal: 'identity', help: 'an address or a room' })),
    link: optional(text('Link', { most: 2_000, personal: 'identity', help: 'by which one joins it' })),
    startsAt: instant('Begins', { list: true, noFact: 'belongs to whoever has it' }),
    endsAt: instant('Ends', {
      list: true,
      noFact: 'belongs to whoever has it',
      help: 'then somebody says what came of it',
    }),
    agenda: optional(prose('Agenda')),
    outcome: optional(prose('Outcome', { help: 'what came of it' })),
    heldAt: optional(
      instant('Held', { given: true, noFact: 'see the status', help: 'when it was said that it was held' }),
    ),
  }),
  called: ({ title }) => title,
  filedUnder: 'customerId',
  ordered: [['startsAt', 'endsAt']],
  lifecycle: {
    initial: 'planned',
    states: {
      planned: { title: 'Planned', open: true },
      held: { title: 'Held' },
      cancelled: { title: 'Cancelled' },
      'no-show': { title: 'The customer did not come' },
    },
    transitions: {
      hold: {
        title: 'Was held',
        from: ['planned'],
        to: 'held',
        event: 'held',
        needs: ['outcome'],
        sets: { heldAt: 'now' },
      },
      cancel: { title: 'Cancel', from: ['planned'], to: 'cancelled', event: 'cancelled', takes: ['outcome'] },
      miss: {
        title: 'The customer did not come',
        from: ['planned'],
        to: 'no-show',
        event: 'missed',
        takes: ['outcome'],
      },
      replan: {
        title: 'Plan again',
        from: ['cancelled', 'no-show'],
        to: 'planned',
        event: 'replanned',
        needs: ['startsAt', 'endsAt'],
      },
    },
  },
  // Only once it is over can be said what came of it.
  work: {
    begins: 'with-caller',
    promises: [{ field: 'endsAt', step: 'meet', keptBy: 'heldAt', title: 'meeting' }],
  },
})
export type Meeting = RecordOf<typeof meetingKind>
