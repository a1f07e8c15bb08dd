import { choice, email, many, optional, phone, ref, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const contactKind = kind({
  name: 'contact',
  plural: 'contacts',
  prefix: 'con',
  title: 'Contact',
  help: 'A person with whom we speak at a customer.',
  fields: () => ({
    customerId: ref('customer', 'Customer', { list: true, noFact: 'an identifier' }),
    name: text('Name', { personal: 'identity', search: 'words', list: true, example: 'Ann Smith' }),
    emails: optional(
      many('E-mail addresses', email('E-mail', { search: 'whole' }), { personal: 'identity' }),
    ),
    phones: optional(many('Phones', phone('Phone', { search: 'whole' }), { personal: 'identity' })),
    position: optional(
      text('Position', { list: true, help: 'what the person does there', example: 'buyer' }),
    ),
    says: optional(
      choice('Say', ['decides', 'advises', 'uses', 'pays'], {
        list: true,
        help: 'what the person has to say in a purchase',
      }),
    ),
    language: optional(choice('Language', ['en', 'uk', 'ru'], { help: 'language to write in' })),
  }),
  called: ({ name }) => name,
  filedUnder: 'customerId',
  stands: true,
})
export type Contact = RecordOf<typeof contactKind>
