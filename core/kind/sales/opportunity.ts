import { choice, count, day, instant, money, optional, part, ref, stored, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

const identifier = { noFact: 'an identifier' }

const decided = {
  probability: 'nothing',
  forecast: 'nothing',
  nextStep: 'nothing',
  nextStepBy: 'nothing',
} as const

export const opportunityKind = kind({
  name: 'opportunity',
  plural: 'opportunities',
  prefix: 'opp',
  title: 'Opportunity',
  help: 'What a customer may buy: how much, by when, how far it has come, and why it was lost.',
  fields: () => ({
    name: text('Name', { personal: 'identity', search: 'words', list: true, example: 'Forty scales' }),
    customerId: ref('customer', 'Customer', { list: true, ...identifier }),
    contactId: optional(ref('contact', 'Contact', { ...identifier, help: 'with whom it is spoken of' })),
    leadId: optional(ref('lead', 'Lead', { ...identifier, help: 'the lead from which it came' })),
    pipeline: ref('pipeline', 'Pipeline', {
      list: true,
      isFirst: true,
      help: 'by which stages it comes about, as company/pipelines.yaml names them; where nobody says one, the first',
      example: 'new-business',
    }),
    stage: part('pipeline', 'stages', 'Stage', {
      list: true,
      isFirst: true,
      help: 'how far it has come: one of the stages of its pipeline; where nobody says one, the first',
      example: 'proposal',
    }),
    enteredStageAt: optional(
      instant('In this stage since', {
        given: true,
        list: true,
        since: 'stage',
        help: 'when it came into this stage',
      }),
    ),
    probability: optional(
      count('Probability', {
        most: 100,
        unit: 'percent',
        list: true,
        follows: { field: 'stage', says: 'probability' },
        help: 'percent; that of its stage, until somebody sets another, which holds in that stage',
        example: 40,
      }),
    ),
    forecast: optional(
      choice('Forecast', ['pipeline', 'best-case', 'commit', 'omitted'], {
        list: true,
        follows: { field: 'stage', says: 'forecast' },
        help: 'as what a forecast counts it; as its stage says, until somebody sets another, which holds in that stage',
        example: 'commit',
      }),
    ),
    amount: optional(money('Amount', { list: true, help: 'what it brings if it is won', example: 20_000 })),
    closeOn: optional(
      day('Closes on', { list: true, help: 'the day by which it is to be decided', example: '2027-06-30' }),
    ),
    product: optional(
      stored('Product', { format: 'product', list: true, help: 'what is bought', example: 'monitoring' }),
    ),
    source: optional(text('Source', { list: true, help: 'where it came from', example: 'web-form' })),
    competitor: optional(text('Competitor', { list: true, help: 'who else offers it' })),
    nextStep: optional(
      text('What to do next', { personal: 'identity', list: true, help: 'the next step, in words' }),
    ),
    nextStepBy: optional(
      instant('Next step by', {
        list: true,
        noFact: 'belongs to whoever has it',
        help: 'until when the next step is to be done; then it is due, until another is said',
      }),
    ),
    lossReason: optional(
      part('pipeline', 'lossReasons', 'Loss reason', {
        list: true,
        help: 'why it was lost: one of the reasons of its pipeline',
        example: 'price',
      }),
    ),
    reopened: optional(count('Times opened again', { given: true, help: 'how often it was opened again' })),
  }),
  called: ({ name }) => name,
  filedUnder: 'customerId',
  lifecycle: {
    initial: 'open',
    states: {
      open: { title: 'Open', open: true },
      won: { title: 'Won' },
      lost: { title: 'Lost' },
    },
    // The stage stays where it was won or lost; of what is decided nothing is forecast, and nothing is to be done next.
    transitions: {
      win: {
        title: 'Win',
        from: ['open'],
        to: 'won',
        event: 'won',
        takes: ['amount'],
        sets: decided,
        along: { customerId: 'win' },
      },
      lose: {
        title: 'Lose',
        from: ['open'],
        to: 'lost',
        event: 'lost',
        needs: ['lossReason'],
        takes: ['competitor'],
        sets: decided,
      },
      reopen: {
        title: 'Open again',
        from: ['won', 'lost'],
        to: 'open',
        event: 'reopened',
        takes: ['nextStep', 'nextStepBy'],
        sets: { reopened: '+1', lossReason: 'nothing' },
      },
    },
  },
  joins: ['customer'],
  // A step that is done has another after it, until the deal is decided: who says another has kept the one before.
  work: {
    begins: 'with-caller',
    promises: [{ field: 'nextStepBy', step: 'advance', keptBy: 'closedAt', title: 'next step' }],
  },
})
export type Opportunity = RecordOf<typeof opportunityKind>
