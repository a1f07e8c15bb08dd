import { describe, expect, test } from 'vitest'
import { countOf } from '../../record/derived/reduction.ts'
import {
  count,
  day,
  flag,
  instant,
  many,
  money,
  optional,
  part,
  prose,
  ref,
  text,
} from '../../record/field.ts'
import { kind } from '../../record/kind.ts'
import { noun } from '../../record/vocabulary.ts'
import { mistakesOf, mistakesText, type DeclaredNoun } from './kind.ts'

/* A loan of a library, with a mistake each. The compiler refuses some of them where its types are known; what starts cannot rely on it. */

const fields = () => ({
  title: text('Title'),
  serial: optional(text('Serial')),
  memberId: ref('member', 'Member'),
  clerk: optional(ref('person', 'Clerk')),
  lentOn: optional(day('Lent on')),
  returnBy: optional(instant('Return by', { given: true })),
  returnedAt: optional(instant('Returned')),
  extended: optional(count('Extended', { given: true })),
  fee: optional(money('Fee')),
  isRare: flag('Rare'),
})
const transitions = {
  return: { title: 'Return', from: ['lent'], to: 'back', event: 'returned', takes: ['fee'] },
  lose: { title: 'Lose', from: ['lent'], to: 'lost', event: 'lost' },
  find: { title: 'Find', from: ['lost'], to: 'lent', event: 'found', sets: { extended: '+1' } },
} as const
const states = { lent: { title: 'Lent', open: true }, back: { title: 'Back' }, lost: { title: 'Lost' } }
const promise = { field: 'returnBy', step: 'return', keptBy: 'returnedAt', title: 'the return' } as const

const loanPlan = {
  name: 'loan',
  plural: 'loans',
  prefix: 'loan',
  title: 'Loan',
  help: 'A member has a book.',
  fields,
  called: ({ title }: { title: string }) => title,
  filedUnder: 'memberId',
  unique: ['serial'],
  lifecycle: { initial: 'lent', states, transitions },
  events: { settled: 'returnedAt' },
  work: { promises: [promise] },
  joins: ['shelf'],
} as const
const loan = kind(loanPlan as never) as unknown as DeclaredNoun
const member = {
  name: 'member',
  plural: 'members',
  prefix: 'mem',
  title: 'Member',
  help: 'Reads.',
  fields: () => ({ name: text('Name'), sponsorId: optional(ref('member', 'Sponsor')) }),
  called: ({ name }: { name: string }) => name,
  lifecycle: {
    initial: 'guest',
    states: { guest: { title: 'Guest' }, member: { title: 'Member' }, gone: { title: 'Gone' } },
    transitions: {
      enrol: { title: 'Enrol', from: ['guest'], to: 'member', event: 'enrolled' },
      bring: {
        title: 'Bring',
        from: ['gone'],
        to: 'member',
        event: 'brought',
        along: { sponsorId: 'enrol' },
      },
      leave: { title: 'Leave', from: ['member'], to: 'gone', event: 'left', needs: ['name'] },
    },
  },
} as const
const memberKind = kind({
  ...member,
  derived: () => ({ loans: countOf(kind(loanPlan), { title: 'Loans' }) }),
})
const shelf = noun({ name: 'shelf', facts: { 'shelf.row': { about: 'which' } } })

const all = (...nouns: unknown[]) =>
  [memberKind, shelf, ...nouns].map((each) => ({
    file: `core/kind/library/${(each as DeclaredNoun).name}.ts`,
    noun: each as DeclaredNoun,
  }))
const told = (changed: object): string =>
  mistakesText(mistakesOf(all(kind({ ...loanPlan, ...changed } as never))))
const withFields = (more: object) => ({ fields: () => ({ ...fields(), ...more }) })
const withMove = (move: object) => ({
  lifecycle: { ...loanPlan.lifecycle, transitions: { ...transitions, lend: { title: 'Lend', ...move } } },
})

test('a right declaration has no mistakes', () => {
  expect(mistakesOf(all(loan))).toEqual([])
  expect(told({ ...withFields({ memberId: ref(['member', 'loan'], 'Whose') }) })).toBe('')
  const said = { returnBy: instant('Return by'), returnedAt: optional(instant('Returned')) }
  const begins = {
    work: { begins: 'with-caller', promises: [promise] },
    ordered: [['returnBy', 'returnedAt']],
  }
  expect(told({ ...withFields(said), ...begins })).toBe('')
  expect(told({ work: { promises: [{ ...promise, keptBy: 'closedAt' }] } })).toBe('')
  expect(told(withMove({ from: ['back'], to: 'lent', event: 'lent', along: { memberId: 'enrol' } }))).toBe('')
})

test('a mistake is told with its file, its kind, its place and how to mend it', () => {
  expect(told({ work: { promises: [{ ...promise, field: 'lentOn' }] } })).toBe(
    'core/kind/library/loan.ts: loan, promise "return": its `field` is "lentOn", which is a day; ' +
      'a promise is a moment: make it optional(instant(…))',
  )
})

describe('a declaration is refused', () => {
  const again = { from: ['back'], to: 'lent' }
  test.each<[string, object, string]>([
    ['promise kept by a text', { work: { promises: [{ ...promise, keptBy: 'serial' }] } }, 'is a text'],
    [
      'promise until what is no field',
      { work: { promises: [{ ...promise, field: 'closedAt' }] } },
      'of its own',
    ],
    ['promise without a field', { work: { promises: [{ ...promise, field: 'retrunBy' }] } }, '"returnBy"?'],
    ['promise in its own field', { work: { promises: [{ ...promise, keptBy: 'returnBy' }] } }, 'two fields'],
    ['step of the house', { work: { promises: [{ ...promise, step: 'take' }] } }, 'is called so'],
    ['always kept', withFields({ returnedAt: instant('Returned') }), 'is always there'],
    ['work that is never open', { lifecycle: undefined }, 'nothing of it is ever open'],
    ['filed under a text', { filedUnder: 'serial' }, '"serial" is a text; name a field made by ref(…)'],
    ['filed under a person', { filedUnder: 'clerk' }, 'is published and has no file'],
    [
      'filed under a record or a person',
      withFields({ memberId: ref(['member', 'person'], 'Whose') }),
      'points at a person, which is published',
    ],
    [
      'times in the order of texts',
      { ordered: [['title', 'serial']] },
      'make both instant(…), or both day(…)',
    ],
    ['a day before a moment', { ordered: [['lentOn', 'returnedAt']] }, 'they are a day and a moment'],
    ['order of nothing', { ordered: [['lentOn', 'lentOm']] }, 'did you mean "lentOn"?'],
    [
      'work that begins otherwise',
      { work: { begins: 'with-owner', promises: [] } },
      "write begins: 'with-caller'",
    ],
    [
      'work of a person who may not say when',
      { work: { begins: 'with-caller', promises: [promise] } },
      'let him say it',
    ],
    [
      'once in an amount',
      withMove({ ...again, event: 'lent', sets: { fee: 'once' } }),
      'sets "fee" to \'once\', and that field is money; make it instant(…)',
    ],
    [
      'leads nothing along',
      withMove({ ...again, event: 'lent', along: { membreId: 'enrol' } }),
      '"memberId"?',
    ],
    [
      'leads a text along',
      withMove({ ...again, event: 'lent', along: { serial: 'enrol' } }),
      'leads "serial" along, which is a text; name a field made by ref(…)',
    ],
    [
      'leads along to nowhere',
      withMove({ ...again, event: 'lent', along: { memberId: 'enroll' } }),
      'a member has no such transition; did you mean "enrol"?',
    ],
    [
      'leads along a person',
      withMove({ ...again, event: 'lent', along: { clerk: 'enrol' } }),
      'a person has no',
    ],
    [
      'leads along what needs words',
      withMove({ ...again, event: 'lent', along: { memberId: 'leave' } }),
      'which needs name: nobody says that here',
    ],
    [
      'leads along what leads along',
      withMove({ ...again, event: 'lent', along: { memberId: 'bring' } }),
      'one step is all that is led',
    ],
    ['filed under nothing', { filedUnder: 'membreId' }, 'did you mean "memberId"?'],
    ['points at nothing', withFields({ clerk: ref('persn', 'Clerk') }), 'did you mean "person"?'],
    ['points at nothing in a list', withFields({ a: many('All', ref('membr', 'M')) }), '"member"?'],
    [
      'points at what has no records',
      withFields({ place: ref('shelf', 'Shelf') }),
      'no records of their own',
    ],
    ['name that is taken', { name: 'member' }, 'core/kind/library/member.ts declares "member" already'],
    ['prefix that is taken', { prefix: 'mem' }, 'take another'],
    ['prefix of no id', { prefix: 'lo-an' }, '"lo-an" is none: write small letters'],
    ['plural that is taken', { plural: 'members' }, 'addresses begin with it: name it otherwise'],
    ['name that is published', { name: 'person' }, 'means something else'],
    ['name that is no fact', { name: 'book-loan' }, '"book-loan" is none: write letters'],
    ['unique money', { unique: ['fee'] }, '"fee" is money; only a text or a number'],
    ['unique flag', { unique: ['isRare'] }, '"isRare" is true or false'],
    ['unique story', { ...withFields({ serial: prose('Story') }) }, 'may have 20000 characters'],
    ['unique and added', { unique: ['status'] }, 'a field that Holdfast adds'],
    ['event without a field', { events: { settled: 'returnedAd' } }, '"returnedAt"?'],
    ['event of what is always there', { events: { titled: 'title' } }, 'make the field optional(…)'],
    ['two events of one field', { events: { a: 'returnedAt', b: 'returnedAt' } }, 'tells of "a" already'],
    ['event of the house', { events: { assigned: 'returnedAt' } }, 'what Holdfast calls other changes'],
    ['event of a transition', { events: { lost: 'returnedAt' } }, 'a transition has an event of this name'],
    ['transition without an event', withMove(again), "such as event: 'closed'"],
    ['same event, other end', withMove({ ...again, event: 'returned' }), 'one of them ends the record'],
    ['same way, other event', withMove({ from: ['lent'], to: 'back', event: 'x' }), '"x" never comes'],
    [
      'hand-over',
      { lifecycle: { initial: 'lent', states, transitions: { give: again } } },
      'take, give, plan already',
    ],
    ['no such state', withMove({ from: ['bakc'], to: 'lent', event: 'x' }), 'there is no state "bakc"'],
    [
      'no address',
      { lifecycle: { initial: 'lent', states, transitions: { lendAgain: { ...again, event: 'x' } } } },
      'part of an address',
    ],
    [
      'the way of work',
      { lifecycle: { initial: 'lent', states, transitions: { take: { ...transitions.lose } } } },
      'name it otherwise',
    ],
    [
      'leads nowhere',
      withMove({ from: ['lent'], to: 'lent', event: 'extended' }),
      'its event "extended" never comes',
    ],
    ['needs what is given', withMove({ ...again, event: 'x', needs: ['extended'] }), 'field is `given`'],
    ['takes what is given', withMove({ ...again, event: 'x', takes: ['returnBy'] }), 'field is `given`'],
    ['sets a day to now', withMove({ ...again, event: 'x', sets: { lentOn: 'now' } }), 'make it instant(…)'],
    ['counts up a text', withMove({ ...again, event: 'x', sets: { serial: '+1' } }), 'make it count(…)'],
    [
      'takes away what must be',
      withMove({ ...again, event: 'x', sets: { title: 'nothing' } }),
      'optional(…)',
    ],
    ['joins nothing', { joins: ['shlef'] }, 'there is no "shlef"; did you mean "shelf"?'],
    [
      'derived of others',
      { derived: () => ({ n: countOf(memberKind, { title: 'N' }) }) },
      'not filed under a loan',
    ],
    [
      'derived of no line',
      { derived: () => ({ n: countOf(memberKind, { title: 'N', where: { name: ['a'] } }) }) },
      'list: true',
    ],
    [
      'derived under a name of the house',
      { derived: () => ({ line: countOf(memberKind, { title: 'N' }) }) },
      'keeps something else',
    ],
    [
      'part of what is published otherwise',
      withFields({ pipeline: ref('pipeline', 'P'), stage: part('pipeline', 'stags', 'S') }),
      'what is published has stages of a pipeline',
    ],
    [
      'part of what is not named',
      withFields({ stage: part('pipeline', 'stages', 'S') }),
      "pipeline: ref('pipeline', …)",
    ],
    [
      'part that is declared too early',
      withFields({ stage: part('pipeline', 'stages', 'S'), pipeline: ref('pipeline', 'P') }),
      'declare before it which pipeline it is',
    ],
    ['first of what is no list', withFields({ a: ref('member', 'M', { isFirst: true }) }), '`isFirst` takes'],
    [
      'follows what is no part',
      withFields({ chance: optional(count('C', { follows: { field: 'title', says: 'probability' } })) }),
      'as part(…)',
    ],
    [
      'since when of what comes later',
      withFields({ a: optional(instant('A', { since: 'b' })) }),
      'before it',
    ],
    [
      'since when as a day',
      withFields({ a: optional(day('A', { since: 'title' })) }),
      'optional(instant(…))',
    ],
    ['files of one record', { files: 'memberId' }, 'many(…, ref(…))'],
    [
      'files of what is published',
      { ...withFields({ who: many('W', ref('person', 'P')) }), files: 'who' },
      'many(',
    ],
    ...[
      'kind',
      'tenant',
      'id',
      'version',
      'line',
      'of',
      'pk',
      'expiresAt',
      'called',
      'status',
      'ownerId',
    ].map((name): [string, object, string] => [
      `field "${name}"`,
      withFields({ [name]: text('X') }),
      'name it otherwise',
    ]),
    ...['a#b', 'a.b', 'Big', 'a b'].map((name): [string, object, string] => [
      `field "${name}"`,
      withFields({ [name]: text('X') }),
      'letters and digits',
    ]),
  ])('%s', (_, changed, words) => {
    expect(told(changed)).toContain(words)
  })

  test('with every mistake at once', () => {
    expect(mistakesOf(all(kind({ ...loanPlan, prefix: 'mem', unique: ['fee'] } as never)))).toHaveLength(2)
  })
})

test('the compiler says what a promise, a file, a unique value and an event may name', () => {
  const plan = {
    ...member,
    fields: () => ({
      name: text('Name'),
      on: optional(day('On')),
      at: optional(instant('At')),
      is: flag('Is'),
    }),
    lifecycle: { initial: 'in', states: { in: { title: 'In', open: true } }, transitions: {} },
  } as const
  const step = { step: 'call', title: 'call' } as const
  const plans = [
    // @ts-expect-error a day is no moment
    kind({ ...plan, work: { promises: [{ ...step, field: 'on', keptBy: 'at' }] } }),
    // @ts-expect-error a text points at nothing
    kind({ ...plan, filedUnder: 'name' }),
    // @ts-expect-error many have the same flag
    kind({ ...plan, unique: ['is'] }),
    // @ts-expect-error a name is always there
    kind({ ...plan, events: { named: 'name' } }),
    kind({
      ...plan,
      work: { promises: [{ ...step, field: 'at', keptBy: 'at' }] },
      unique: ['name'],
      events: { x: 'at' },
    }),
  ]
  expect(plans.map((each) => mistakesOf(all(each)).length > 0)).toEqual([true, true, true, true, true])
})
