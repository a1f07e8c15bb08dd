import { expect, test } from 'vitest'
import { optional, ref, text } from '../record/field.ts'
import { kind, type Kind } from '../record/kind.ts'
import { parseYaml } from '../source/yaml.ts'
import { company as small } from '../workflow/fixture.ts'
import { accessProblems } from './access-check.ts'
import { company as companySchema } from './company.ts'

const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'One.',
  filedUnder: 'customerId',
  fields: () => ({
    subject: text('Subject'),
    customerId: optional(ref('customer', 'Customer')),
    reason: optional(text('Reason')),
    pay: optional(text('Pay', { level: 'confidential' })),
  }),
  called: ({ id }) => id,
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, done: { title: 'Done' } },
    transitions: { finish: { title: 'Finish', from: ['planned'], to: 'done', event: 'finished' } },
  },
})
const kinds = new Map([['visit', visitKind as unknown as Kind]])

function problemsOf(yaml: string): string[] {
  const source = parseYaml('company/access.yaml', yaml)
  const company = companySchema.parse({ ...small, ...(source.value as object) })
  return accessProblems([source], company, kinds).map(
    ({ line, message, hint }) => `${line}: ${message}${hint ? ` (${hint})` : ''}`,
  )
}

test('kinds, operations, levels and fields that there are not are told at their place, with the nearest name', () => {
  expect(
    problemsOf(`levels: [open, confidential]
roles:
  rep:
    title: Rep
    kinds:
      default: { read: all, do: { finish: team } }
      vist: none
      visit: { do: { finnish: all, activity: own }, upTo: confidental }
clearance:
  visit.reson: open
  visit.reason: top
`),
  ).toEqual([
    '7: there is no kind "vist" (did you mean "visit"?)',
    '8: there is no level "confidental" (did you mean "confidential"?)',
    '8: there is no operation "finnish" (did you mean "finish"?)',
    '10: there is no field "reson" (did you mean "reason"?)',
    expect.stringMatching(/^11: there is no level "top"/),
  ])
})

test('a field can be raised and not lowered, and a level that the firm does not have is told', () => {
  expect(problemsOf('clearance:\n  visit.pay: secret\n')).toEqual([])
  expect(problemsOf('clearance:\n  visit.pay: open\n')).toEqual([
    '2: visit.pay is confidential by its kind; here it can be raised and not lowered',
  ])
  expect(problemsOf('levels: [low, high]\n')).toEqual([
    expect.stringMatching(/^1: visit.pay is of the level "confidential".*visit.pay: high/),
  ])
  expect(problemsOf('levels: [low, high]\nclearance:\n  visit.pay: high\n')).toEqual([])
})

const roles = `roles:
  reader: { title: Reader, kinds: { visit: { read: all, upTo: open } } }
  rep: { title: Rep, kinds: { visit: { read: all, create: all, upTo: internal } } }
  chief: { title: Chief, kinds: { default: all } }
`
test.each(['id', 'version', 'tenant'])('%s cannot be raised', (field) => {
  expect(problemsOf(`${roles}clearance:\n  visit.${field}: open\n`)).toEqual([
    expect.stringMatching(`^6: visit.${field} cannot be raised: whoever may read visits needs it`),
  ])
})

test.each([
  [
    'subject',
    'secret',
    'visit.subject is secret, above what rep may see: they may create visits and can create none',
  ],
  ['customerId', 'secret', 'above what rep may see: they may create visits and can file none'],
  ['status', 'secret', 'above what reader, rep may see: they do not see where a record stands'],
  ['createdAt', 'internal', 'above what reader may see: they do not see since when'],
])('raised to where a role cannot do what it may, %s is warned of, by role', (field, level, words) => {
  expect(problemsOf(`${roles}clearance:\n  visit.${field}: ${level}\n`)).toEqual([
    expect.stringContaining(words),
  ])
})

test('a field that no role needs, or that all who need it see, is not warned of', () => {
  expect(
    problemsOf(
      `${roles}clearance:\n  visit.reason: secret\n  visit.subject: internal\n  visit.status: open\n`,
    ),
  ).toEqual([])
})
