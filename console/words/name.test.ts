import { expect, test } from 'vitest'
import { kinds as emailsInRussian } from '../../core/words/kind/ru.ts'
import { kinds as emailsInUkrainian } from '../../core/words/kind/uk.ts'
import { outlineOf } from '../../core/api/kind-outline.ts'
import { contactKind } from '../../core/kind/customer/contact.ts'
import { customerKind } from '../../core/kind/customer/customer.ts'
import { opportunityKind } from '../../core/kind/sales/opportunity.ts'
import { meetingKind } from '../../core/kind/service/meeting.ts'
import { taskKind } from '../../core/kind/service/task.ts'
import { ticketKind } from '../../core/kind/service/ticket.ts'
import { merged } from './kind/merged.ts'
import { kinds as shownInRussian } from './kind/ru.ts'
import { kinds as shownInUkrainian } from './kind/uk.ts'

const languages = {
  uk: merged(emailsInUkrainian, shownInUkrainian),
  ru: merged(emailsInRussian, shownInRussian),
}
const shown = [customerKind, contactKind, opportunityKind, ticketKind, taskKind, meetingKind].map((each) =>
  outlineOf(each as never),
)

test.each(Object.entries(languages))(
  'fields, states and transitions of a file have a name in %s',
  (_, words) => {
    const isSaid = (kind: string, part: 'fields' | 'values') => (name: string) =>
      (words[kind]?.[part]?.[name] ?? words.record?.[part]?.[name]) !== undefined
    const missing = shown.flatMap(({ name, fields, states, transitions }) => [
      ...Object.keys(fields)
        .filter((each) => !['version', 'runId'].includes(each) && !isSaid(name, 'fields')(each))
        .map((each) => `${name}.${each}`),
      ...[...Object.keys(states), ...Object.keys(transitions)]
        .filter((each) => !isSaid(name, 'values')(each))
        .map((each) => `${name}: ${each}`),
    ])
    expect(missing).toEqual([])
  },
)

test('what the console shows stands beside what e-mails tell, and before it', () => {
  const told = { loan: { title: 'Loan', fields: { use: 'Use', due: 'Due' } } }
  expect(merged(told, { loan: { title: 'A loan', fields: { due: 'Until' } } }).loan).toEqual({
    title: 'A loan',
    fields: { use: 'Use', due: 'Until' },
    values: {},
  })
})
