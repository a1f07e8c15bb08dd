import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import {
  choice,
  count,
  day,
  flag,
  instant,
  many,
  money,
  optional,
  otherwise,
  ref,
  stored,
  text,
} from '../field.ts'
import { entry, kind, type AnyRecord, type Kind } from '../kind.ts'
import { changedRecord, mostBytes, movedRecord, newRecord, referencesOf } from './operation.ts'

const loan = kind({
  name: 'loan',
  plural: 'loans',
  prefix: 'loan',
  title: 'Loan',
  help: 'A device that is lent.',
  fields: () => ({
    device: text('Device'),
    sort: optional(choice('Sort', ['new', 'used'])),
    pieces: optional(count('Pieces')),
    until: optional(day('Until')),
    at: optional(instant('At')),
    deposit: optional(money('Deposit')),
    seen: optional(instant('Seen', { given: true })),
  }),
  called: ({ device }) => device,
  lifecycle: {
    initial: 'prepared',
    states: { prepared: { title: 'Prepared', open: true }, lent: { title: 'Lent', open: true } },
    transitions: { lend: { title: 'Lend', from: ['prepared'], to: 'lent', event: 'lent', needs: ['until'] } },
  },
}) as unknown as Kind

const context = {
  tenant: 'test',
  now: Date.parse('2027-03-01T09:00:00Z'),
  newId: () => 'loan_1',
  caller: 'anna',
}
const made = (more: object = {}): AnyRecord => newRecord(loan, { device: 'Scale', ...more }, context)

/** What is refused, by its pointer, with the words. */
function refused(act: () => unknown): Record<string, string> {
  try {
    act()
  } catch (error) {
    if (!isFault(error)) throw error
    const { errors = [{ pointer: error.where, detail: error.message }] } = error.facts as {
      errors?: { pointer: string; detail: string }[]
    }
    return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]))
  }
  return {}
}

test.each([
  [{}, '/device', 'is missing'],
  [{ device: 'Scale', colour: 'red' }, '/colour', 'a loan has no such field'],
  [{ device: 'Scale', seen: '2027-03-01T09:00:00.000Z' }, '/seen', 'cannot be set here'],
  [{ device: 'Scale', deposit: 500 }, '/deposit', 'minor units'],
  [{ device: 'Scale', deposit: { minor: -5, currency: 'EUR' } }, '/deposit/minor', 'minor units'],
  [{ device: 'Scale', at: 'tomorrow' }, '/at', '2027-03-03T10:00:00.000Z'],
  [{ device: 'Scale', until: '3.3.2027' }, '/until', '2027-03-03'],
])('%j is refused for %s in words that help', (input, field, words) => {
  expect(refused(() => newRecord(loan, input, context))[field]).toContain(words)
})

test('a moment by another clock, or without milliseconds, is the same moment', () => {
  expect(made({ at: '2027-03-03T11:00:00+01:00' }).at).toBe('2027-03-03T10:00:00.000Z')
  expect(made({ at: '2027-03-03T10:00:00Z' }).at).toBe('2027-03-03T10:00:00.000Z')
})

test('what a state needs is not taken away in it', () => {
  const lent = movedRecord(loan, made(), { name: 'lend', input: { until: '2027-04-01' } }, context)
  expect(refused(() => changedRecord(loan, lent, { until: null }, context))).toEqual({
    '/until': 'a loan that is lent needs it',
  })
  expect(changedRecord(loan, lent, { until: '2027-05-01' }, context).until).toBe('2027-05-01')
})

test('a transition that is repeated is done, with other values it is refused', () => {
  const lent = movedRecord(loan, made(), { name: 'lend', input: { until: '2027-04-01' } }, context)
  const again = (input: object) => movedRecord(loan, lent, { name: 'lend', input }, context)
  expect(again({ until: '2027-04-01' })).toBe(lent)
  expect(again({})).toBe(lent)
  expect(refused(() => again({ until: '2027-05-01' })).status).toContain('this loan is lent')
  for (const input of [{ colour: null }, { until: 5 }, { seen: null }])
    expect(
      Object.keys(refused(() => movedRecord(loan, lent, { name: 'lend', input }, context))),
      JSON.stringify(input),
    ).toEqual(Object.keys(input).map((name) => `/${name}`))
})

test('a kind makes no schema before one is asked for: a function that works on another kind does not pay for it', () => {
  let asked = 0
  const fields = () => (asked++, { device: text('Device') })
  const plan = { name: 'loan', title: 'Loan', help: 'A device.', fields } as const
  const made = [
    kind({ ...plan, plural: 'loans', prefix: 'loan', called: () => '' }),
    entry({ ...plan, place: () => '' }),
  ]
  expect(asked).toBe(0)
  for (const { schema, listed } of made)
    expect([Object.keys(schema.shape).includes('device'), listed.includes('device')]).toEqual([true, false])
  expect(asked).toBe(2)
})

test('a record that its event could not carry is refused with what it would weigh', () => {
  const large = { device: 'x'.repeat(150), pieces: 1 }
  expect(made(large)).toMatchObject(large)
  const tags = kind({
    ...(loan as unknown as Parameters<typeof kind>[0]),
    fields: () => ({ tags: many('Tags', stored('Tag'), { most: 100_000 }) }),
    called: () => '',
    lifecycle: undefined,
  } as never) as unknown as Kind
  const refusal = refused(() => newRecord(tags, { tags: ['x'.repeat(mostBytes)] }, context))['']
  expect(refusal).toMatch(/a loan has 56,000 bytes at most; this one would have 56,\d{3}/)
})

test('of two moments in an order the second is not before the first', () => {
  const visit = kind({
    ...(loan as unknown as Parameters<typeof kind>[0]),
    fields: () => ({ from: instant('From'), until: optional(instant('Until')) }),
    called: () => '',
    lifecycle: undefined,
    ordered: [['from', 'until']],
  } as never) as unknown as Kind
  const [from, until] = ['2027-03-01T10:00:00.000Z', '2027-03-01T11:00:00+01:00']
  expect(newRecord(visit, { from }, context)).toMatchObject({ from })
  const record = newRecord(visit, { from, until }, context)
  expect(record).toMatchObject({ from, until: from })
  expect(refused(() => changedRecord(visit, record, { from: '2027-03-01T10:00:01Z' }, context))).toEqual({
    '/until': `${from} is before "from", 2027-03-01T10:00:01.000Z`,
  })
})

test('each entry of a list of references is one', () => {
  const visit = {
    schema: { shape: { whom: many('Whom', ref('contact', 'Contact')), by: ref('person', 'By') } },
  } as unknown as Kind
  expect(referencesOf(visit, { whom: ['con_1', 'con_2'], by: 'anna' })).toEqual([
    { field: 'whom', to: ['contact'], id: 'con_1' },
    { field: 'whom', to: ['contact'], id: 'con_2' },
    { field: 'by', to: ['person'], id: 'anna' },
  ])
})

test('a patch leaves a field that has a default as it is, and null goes back to it', () => {
  const flagged = kind({
    name: 'flagged',
    plural: 'flaggeds',
    prefix: 'flg',
    title: 'Flagged',
    help: 'Has a flag.',
    fields: () => ({ name: text('Name'), isOn: otherwise(flag('On'), false) }),
    called: ({ name }) => name,
  }) as unknown as Kind
  const made = newRecord(flagged, { name: 'a', isOn: true }, context)
  const changed = changedRecord(flagged, made, { name: 'b' }, context)
  expect([changed.name, changed.isOn]).toEqual(['b', true])
  expect(changedRecord(flagged, changed, { isOn: null }, context).isOn).toBe(false)
})
