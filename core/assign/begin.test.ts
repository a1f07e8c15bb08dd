import { describe, expect, test } from 'vitest'
import { instant, optional, text } from '../record/field.ts'
import { personId, toInstant } from '../record/id.ts'
import { kind } from '../record/kind.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import { movedRecord, newRecord } from '../record/operation/operation.ts'
import { company, hoursLong, monday, tenant } from '../workflow/fixture.ts'
import { attended } from './attended.ts'
import { begunWith, type Beginning } from './begin.ts'

const plan = {
  name: 'errand',
  plural: 'errands',
  prefix: 'err',
  title: 'Errand',
  help: 'Somebody goes somewhere.',
  fields: () => ({
    what: text('What'),
    goBy: optional(instant('Go by')),
    wentAt: optional(instant('Went', { given: true })),
  }),
  called: ({ what }: { what: string }) => what,
  lifecycle: {
    initial: 'open',
    states: { open: { title: 'Open', open: true }, done: { title: 'Done' } },
    transitions: {
      go: { title: 'Go', from: ['open'], to: 'done', event: 'gone', sets: { wentAt: 'once' } },
      repeat: { title: 'Again', from: ['done'], to: 'open', event: 'repeated', sets: { wentAt: 'nothing' } },
    },
  },
} as const
const promises = [{ field: 'goBy', step: 'go', keptBy: 'wentAt', title: 'errand' }] as const
const errand = kind({ ...plan, work: { begins: 'with-caller', promises } }) as unknown as WorkKind
const routed = kind({ ...plan, work: { promises } }) as unknown as WorkKind

const at = (hours: number): string => toInstant(monday + hoursLong(hours))
const anna = personId.parse('anna')
const away = {
  person: personId.parse('boris'),
  from: at(-1),
  until: at(20),
  id: 'abs_1',
}

function begun(input: object, more: Partial<Beginning> = {}, of: WorkKind = errand): WorkRecord {
  const context = { tenant, now: monday, newId: () => 'err_1', caller: 'anna', intake: 'intake' }
  const record = newRecord(of, { what: 'Fetch the scale', ...input }, context) as WorkRecord
  const beginning = { company, absences: [away], now: monday, person: anna, intake: 'intake' }
  return begunWith(of, record, { ...beginning, ...more })
}

describe('work that begins with who makes it', () => {
  test('is his, until when he says, and in no queue', () => {
    const made = begun({ goBy: at(5) })
    expect(made).toMatchObject({ ownerId: 'anna', next: 'go', due: at(5), version: 1 })
    expect(made.queueId).toBeUndefined()
  })

  test('is late from the beginning when he says a time that is over', () => {
    expect(begun({ goBy: at(-5) })).toMatchObject({ ownerId: 'anna', next: 'go', due: at(-5) })
  })

  test('is to be followed up like any other when he says no time', () => {
    // Two business days of the team of which he is a member.
    expect(begun({})).toMatchObject({ ownerId: 'anna', next: 'go', due: '2026-11-25T08:00:00.000Z' })
  })

  test('is of whom he names', () => {
    expect(begun({ goBy: at(5), ownerId: 'clara' })).toMatchObject({ ownerId: 'clara', due: at(5) })
  })

  test.each([
    ['annaa', 'there is no person "annaa"; did you mean "anna"?'],
    ['boris', `"boris" is away until ${at(20)}`],
  ])('is refused for %s', (ownerId, words) => {
    expect(() => begun({ goBy: at(5), ownerId })).toThrow(`ownerId: ${words}`)
  })

  test('who is away may make it for himself', () => {
    expect(begun({ ownerId: 'boris' }, { person: away.person }).ownerId).toBe('boris')
  })

  test('of a program names somebody, or waits in the queue of what is new', () => {
    expect(begun({ ownerId: 'clara', goBy: at(5) }, { person: undefined }).ownerId).toBe('clara')
    const queued = begun({ goBy: at(5) }, { person: undefined })
    expect(queued).toMatchObject({ queueId: 'intake', next: 'take' })
    expect(queued.ownerId).toBeUndefined()
    expect(Date.parse(queued.due!)).toBeGreaterThan(monday)
  })

  test('that is opened again is of whoever had it, else of who opens it', () => {
    const moving = { now: monday, caller: 'clara' }
    const reopened = (before: WorkRecord): WorkRecord => {
      const done = movedRecord(errand, before, { name: 'go', input: {} }, moving) as WorkRecord
      expect([done.next, done.due]).toEqual([undefined, undefined])
      const after = movedRecord(errand, done, { name: 'repeat', input: {} }, moving) as WorkRecord
      const person = personId.parse('clara')
      return attended(errand, done, after, { company, now: monday, isPerson: true, person })
    }
    const open = { next: 'go', due: at(5), status: 'open' }
    expect(reopened(begun({ goBy: at(5) }))).toMatchObject({ ...open, ownerId: 'anna' })
    const nobodys = { ...begun({ goBy: at(5) }, { person: undefined }), queueId: undefined }
    expect(reopened(nobodys as unknown as WorkRecord)).toMatchObject({ ...open, ownerId: 'clara' })
  })
})

test('work of any other kind waits for its workflow, and nobody names an owner', () => {
  expect(begun({}, {}, routed)).toMatchObject({ next: 'route', queueId: 'intake' })
  expect(() => begun({ ownerId: 'clara' }, {}, routed)).toThrow('ownerId: cannot be set here')
})
