import { flag, optional, otherwise, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

const noFact = 'about lists, and no work'

export const viewKind = kind({
  name: 'view',
  plural: 'views',
  prefix: 'view',
  title: 'View',
  help: 'A filter and an order of a list, kept by a name: for whoever made it, or for all who may read such a list.',
  silent: true,
  fields: () => ({
    name: text('Name', {
      list: true,
      noFact,
      help: 'what it shows, in a few words',
      example: 'Large ones in Ukraine',
    }),
    listOf: text('Kind', {
      list: true,
      noFact,
      listedKind: true,
      help: 'the kind of which it is a list, such as `customer`',
      example: 'customer',
    }),
    filter: optional(
      text('Filter', {
        most: 4_000,
        noFact,
        listPart: { of: 'listOf', as: 'filter' },
        help: 'an event pattern over fields of the line, as JSON',
        example: '{"country":["UA"]}',
      }),
    ),
    sort: optional(
      text('Order', {
        most: 300,
        noFact,
        listPart: { of: 'listOf', as: 'sort' },
        help: 'names of fields with commas between, `-` before one that descends',
        example: '-employees,name',
      }),
    ),
    isShared: otherwise(flag('Shared', { list: true, noFact, help: 'whether others see it, too' }), false),
  }),
  called: ({ name }) => name,
  sharedBy: 'isShared',
  lifecycle: {
    initial: 'kept',
    states: { kept: { title: 'Kept', open: true }, dropped: { title: 'Dropped' } },
    transitions: {
      drop: { title: 'Drop', from: ['kept'], to: 'dropped', event: 'dropped' },
      restore: { title: 'Keep again', from: ['dropped'], to: 'kept', event: 'restored' },
    },
  },
})
export type View = RecordOf<typeof viewKind>
