import { noun } from '../../record/vocabulary.ts'

/** A request for help, of which there is no record yet: what rules may ask about one, as whoever decides states it. */
export const ticketNoun = noun({
  name: 'ticket',
  joins: ['customer'],
  facts: {
    'ticket.channel': {
      always: true,
      about: 'the door through which it came',
      values: ['web-form', 'phone', 'email', 'chat', 'social', 'pos'],
      example: 'email',
    },
    'ticket.category': {
      about: 'what it is about',
      values: ['question', 'fault', 'complaint', 'billing'],
      example: 'fault',
    },
    'ticket.impact': {
      about: 'how far work is stopped',
      values: ['none', 'one-person', 'team', 'everybody'],
      example: 'team',
    },
    'ticket.product': { about: 'the product in question', example: 'monitoring' },
    'ticket.language': { about: 'language of the request', values: ['en', 'uk', 'ru'], example: 'en' },
    'ticket.reopened': {
      type: 'number',
      whole: true,
      least: 0,
      about: 'how often it was opened again',
      example: 0,
    },
  },
})
