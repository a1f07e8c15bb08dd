import { noun } from '../../record/vocabulary.ts'

/** An offer, of which there is no record yet: what rules may ask about one, as whoever decides states it. */
export const quoteNoun = noun({
  name: 'quote',
  joins: ['customer'],
  facts: {
    'quote.discountPercent': {
      type: 'number',
      always: true,
      least: 0,
      most: 100,
      about: 'discount on the list price',
      example: 12,
    },
    'quote.marginPercent': { type: 'number', most: 100, about: 'what is left after costs', example: 35 },
    'quote.total': {
      type: 'number',
      least: 0,
      always: true,
      about: 'sum after the discount, in euro',
      example: 8_000,
    },
    'quote.months': { type: 'number', whole: true, least: 0, about: 'length of the contract', example: 12 },
    'quote.product': { about: 'what is offered', example: 'monitoring' },
  },
})
