import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choice, instant, optional, text } from '../record/field.ts'
import { isFault } from '../record/fault.ts'
import { personId, queueId, teamId, toInstant } from '../record/id.ts'
import { kind } from '../record/kind.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import { changedRecord, movedRecord } from '../record/operation/operation.ts'
import { isOpen } from '../record/place.ts'
import { handOvers } from '../record/work.ts'
import { company, hoursLong, minutes, monday, tenant } from '../workflow/fixture.ts'
import { attended } from './attended.ts'
import { handedOver, type HandOverContext } from './hand-over.ts'

const loanKind = kind({
  name: 'loan',
  plural: 'loans',
  prefix: 'loan',
  title: 'Loan',
  help: 'Somebody has something of ours for a while.',
  fields: () => ({
    thing: text('Thing'),
    state: optional(choice('State', ['good', 'worn'])),
    returnBy: optional(instant('To be returned')),
    returnedAt: optional(instant('Returned')),
  }),
  called: ({ thing }) => thing,
  lifecycle: {
    initial: 'lent',
    states: {
      lent: { title: 'Lent', open: true },
      late: { title: 'Late', open: true },
      back: { title: 'Back' },
    },
    transitions: {
      miss: { title: 'Missed', from: ['lent'], to: 'late', event: 'missed' },
      close: { title: 'Closed', from: ['lent', 'late'], to: 'back', event: 'closed' },
      reopen: { title: 'Open again', from: ['back'], to: 'lent', event: 'reopened' },
    },
  },
  work: { promises: [{ field: 'returnBy', step: 'return', keptBy: 'returnedAt', title: 'return' }] },
}) as unknown as WorkKind

const at = (hours: number): string => toInstant(monday + hoursLong(hours))
const loan = (more: Record<string, unknown> = {}): WorkRecord =>
  loanKind.schema.parse({
    tenant,
    id: 'loan_1',
    version: 3,
    createdAt: toInstant(monday),
    updatedAt: toInstant(monday),
    status: 'lent',
    thing: 'Drill',
    runId: 'loan-follow-up.1',
    ...more,
  })
const inQueue = (more: Record<string, unknown> = {}): WorkRecord =>
  loan({ queueId: 'unanswered', teamId: 'north', next: 'take', due: at(2), raised: 2, hop: 3, ...more })
const ofBoris = (more: Record<string, unknown> = {}): WorkRecord =>
  loan({ ownerId: 'boris', teamId: 'north', next: 'return', due: at(5), returnBy: at(5), ...more })

const anna = personId.parse('anna')
const context = (more: Partial<HandOverContext> = {}): HandOverContext => ({
  company,
  absences: [],
  now: monday,
  person: anna,
  caller: 'anna',
  ...more,
})
const program = { person: undefined, caller: 'importer' }
const take = (record: WorkRecord, more?: Partial<HandOverContext>) =>
  handedOver(loanKind, record, { name: 'take', input: {} }, context(more))
const give = (record: WorkRecord, to: string, more?: Partial<HandOverContext>) =>
  handedOver(loanKind, record, { name: 'give', input: { to } }, context(more))
const plan = (record: WorkRecord, nextAt: string, more?: Partial<HandOverContext>) =>
  handedOver(loanKind, record, { name: 'plan', input: { nextAt } }, context(more))

describe('what is taken', () => {
  test('out of a queue is of whoever takes it, and the count of the watchdog ends', () => {
    const taken = take(inQueue())
    expect(taken).toMatchObject({
      ownerId: 'anna',
      next: 'return',
      due: at(2),
      hop: 0,
      version: 4,
      updatedBy: 'anna',
    })
    for (const gone of ['queueId', 'raised', 'runId']) expect(taken).not.toHaveProperty(gone)
  })

  test('is due when what was promised is, as long as that is not over', () => {
    expect(take(inQueue({ returnBy: at(50) }))).toMatchObject({ next: 'return', due: at(50) })
    expect(take(inQueue({ returnBy: at(-1) }))).toMatchObject({ next: 'return', due: at(2) })
  })

  test('late has the time of its queue once more', () => {
    expect(take(inQueue({ due: at(-1) })).due).toBe(at(4))
  })

  test('before its workflow has, is not due when the workflow should have come', () => {
    const fresh = loan({ queueId: 'unanswered', next: 'route', due: toInstant(monday + minutes(2)) })
    expect(take(fresh)).toMatchObject({ ownerId: 'anna', next: 'return', due: at(4) })
  })

  test('from a colleague keeps what he has planned', () => {
    expect(take(ofBoris({ next: 'follow-up', due: at(1) }))).toMatchObject({
      ownerId: 'anna',
      next: 'follow-up',
      due: at(1),
    })
  })

  test('again is as it was', () => {
    const taken = take(inQueue())
    expect(take(taken)).toBe(taken)
    const planned = plan(taken, at(1))
    expect(take(planned)).toBe(planned)
  })

  test('by a program is refused', () => {
    expect(() => take(inQueue(), program)).toThrow('a program gives it to one')
  })
})

describe('what is given', () => {
  test('to a person is his, from whomever', () => {
    expect(give(ofBoris(), 'clara')).toMatchObject({ ownerId: 'clara', next: 'return', due: at(5) })
    expect(give(inQueue(), 'clara', program)).toMatchObject({ ownerId: 'clara', updatedBy: 'importer' })
  })

  test('to a queue has nobody, and a time until which somebody takes it', () => {
    const given = give(ofBoris(), 'intake')
    expect(given).toMatchObject({ queueId: 'intake', next: 'take', due: toInstant(monday + minutes(10)) })
    for (const gone of ['ownerId', 'runId']) expect(given).not.toHaveProperty(gone)
    expect(given.teamId).toBe('north')
    expect(give(given, 'intake')).toBe(given)
  })

  test('to a team waits in the queue of its name, else in that of last resort', () => {
    expect(give(ofBoris(), 'solo')).toMatchObject({ teamId: 'solo', queueId: 'unanswered', next: 'take' })
    const queues = { ...company.queues, [queueId.parse('solo')]: company.queues[queueId.parse('intake')]! }
    const given = give(ofBoris(), 'solo', { company: { ...company, queues } })
    expect(given).toMatchObject({ teamId: 'solo', queueId: 'solo' })
    expect(give(ofBoris(), 'queue:solo', { company: { ...company, queues } }).teamId).toBe('north')
  })

  test('to nobody who is known is refused with the nearest name', () => {
    expect(() => give(ofBoris(), 'clra')).toThrow(
      'to: there is no person, team or queue "clra"; did you mean "clara"?',
    )
    expect(() => give(ofBoris(), 'queue:intak')).toThrow('there is no queue "intak"; did you mean "intake"?')
    expect(() => give(ofBoris(), 'constructor')).toThrow('there is no person')
    expect(() => give(ofBoris(), 'team:clara')).toThrow('there is no team "clara"')
  })

  test('under a name that a person and a team have, must say which', () => {
    const teams = { ...company.teams, [teamId.parse('clara')]: company.teams[teamId.parse('solo')]! }
    const both = { company: { ...company, teams } }
    expect(() => give(ofBoris(), 'clara', both)).toThrow('write "person:clara" or "team:clara"')
    expect(give(ofBoris(), 'person:clara', both).ownerId).toBe('clara')
    expect(give(ofBoris(), 'team:clara', both).teamId).toBe('clara')
  })

  test('to somebody who may not read it is refused, with why', () => {
    const people = { ...company.people, clara: { ...company.people[personId.parse('clara')]!, roles: [] } }
    expect(() => give(ofBoris(), 'clara', { company: { ...company, people } })).toThrow(
      'to: none of the roles of "clara" may read a loan; give it to somebody who may',
    )
  })

  test('to somebody who is away is refused, with until when', () => {
    const absences = [{ id: 'abs_1', person: personId.parse('clara'), from: at(-1), until: at(8) }]
    expect(() => give(ofBoris(), 'clara', { absences })).toThrow(`"clara" is away until ${at(8)}`)
    expect(give(ofBoris(), 'clara', { absences, now: monday + hoursLong(8) }).ownerId).toBe('clara')
  })
})

describe('what is planned', () => {
  test('before what is promised is the next step, and the run that waits for the promise goes on', () => {
    expect(plan(ofBoris({ raised: 1 }), at(3))).toMatchObject({
      ownerId: 'boris',
      next: 'follow-up',
      due: at(3),
      runId: 'loan-follow-up.1',
    })
    expect(plan(ofBoris({ raised: 1 }), at(3))).not.toHaveProperty('raised')
  })

  test('behind what is promised is refused, in words that say what to do', () => {
    expect(() => plan(ofBoris(), at(6))).toThrow(
      `nextAt: the return is promised until ${at(5)}; plan something before it, or move "returnBy" first`,
    )
  })

  test('where nothing is promised any more is taken from the run that would chase it', () => {
    for (const more of [{ returnBy: at(-1) }, { returnBy: undefined }, { returnedAt: at(-1) }])
      expect(plan(ofBoris(more), at(100))).not.toHaveProperty('runId')
  })

  test('of what nobody has is of whoever plans it; a program plans for somebody', () => {
    const planned = plan(inQueue(), at(1))
    expect(planned).toMatchObject({ ownerId: 'anna', next: 'follow-up', due: at(1) })
    expect(planned).not.toHaveProperty('queueId')
    expect(() => plan(inQueue(), at(1), program)).toThrow('give it to somebody first')
  })

  test.each([at(0), at(-1), '2100-01-01T00:00:00.000Z'])('at %s is refused', (nextAt) => {
    expect(() => plan(inQueue(), nextAt)).toThrow('nextAt: must lie between')
  })
})

test('what is closed is refused, and it is said what opens it again', () => {
  for (const name of handOvers)
    expect(() => handedOver(loanKind, loan({ status: 'back' }), { name, input: {} }, context())).toThrow(
      'this loan is back, and what is closed has no next step; "reopen" opens it again',
    )
})

describe('a change of open work', () => {
  const attending = { company, now: monday, isPerson: true }
  const caller = { now: monday, caller: 'anna' }
  const patched = (before: WorkRecord, patch: object, more = {}) =>
    attended(loanKind, before, changedRecord(loanKind, before, patch, caller) as WorkRecord, {
      ...attending,
      ...more,
    })

  test('by a person ends the count of the watchdog, by a program it does not', () => {
    const before = ofBoris({ raised: 2, hop: 4 })
    expect(patched(before, { state: 'worn' })).toMatchObject({ hop: 0, due: at(5), version: 4 })
    expect(patched(before, { state: 'worn' })).not.toHaveProperty('raised')
    expect(patched(before, { state: 'worn' }, { isPerson: false })).toMatchObject({ raised: 2, hop: 4 })
    expect(patched(before, { thing: 'Drill' })).toBe(before)
  })

  test('that ends the count leaves nothing due that is late already', () => {
    const late = { raised: 3, due: at(-1), returnBy: at(-30) }
    // Two business days.
    expect(patched(ofBoris(late), { state: 'worn' }).due).toBe('2026-11-25T08:00:00.000Z')
    expect(patched(inQueue({ ...late, ownerId: undefined }), { state: 'worn' })).toMatchObject({
      next: 'take',
      due: at(4),
    })
  })

  test('by a transition leaves it in its queue: whoever moves it does not own it', () => {
    const before = inQueue()
    const moved = movedRecord(loanKind, before, { name: 'miss', input: {} }, caller) as WorkRecord
    for (const after of [attended(loanKind, before, moved, attending), patched(before, { state: 'worn' })]) {
      expect(after).toMatchObject({ queueId: 'unanswered', next: 'take', due: at(2) })
      for (const gone of ['ownerId', 'raised']) expect(after).not.toHaveProperty(gone)
    }
  })

  test('that moves what is promised moves what is due with it', () => {
    expect(patched(ofBoris(), { returnBy: at(70) })).toMatchObject({ next: 'return', due: at(70) })
    expect(patched(ofBoris(), { returnBy: at(1) }, { isPerson: false }).due).toBe(at(1))
    expect(patched(inQueue(), { returnBy: at(1) }).due).toBe(at(2))
  })

  test('does not let a promise pass behind something that is planned', () => {
    const planned = ofBoris({ next: 'follow-up', due: at(4) })
    expect(patched(planned, { returnBy: at(70) })).toMatchObject({ next: 'follow-up', due: at(4) })
    expect(patched(planned, { returnBy: at(3) })).toMatchObject({ next: 'return', due: at(3) })
  })

  test('that keeps what is promised goes on to what is planned', () => {
    expect(patched(ofBoris(), { returnedAt: at(0) })).toMatchObject({
      next: 'follow-up',
      due: '2026-11-25T08:00:00.000Z',
    })
    const planned = ofBoris({ next: 'follow-up', due: at(4) })
    expect(patched(planned, { returnedAt: at(0) })).toMatchObject({ next: 'follow-up', due: at(4) })
  })
})

test('whatever is done, what is open has somebody or a queue, and a next step with a time', () => {
  const hours = fc.integer({ min: -20, max: 60 })
  const doing = fc.oneof(
    fc.record({
      name: fc.constantFrom(...handOvers),
      to: fc.constantFrom('anna', 'clara', 'north', 'solo', 'intake', 'queue:unanswered', 'nobody'),
      hour: hours,
    }),
    fc.record({ patch: fc.record({ returnBy: hours, returnedAt: hours }, { requiredKeys: [] }) }),
    fc.record({ move: fc.constantFrom('close', 'reopen', 'miss') }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(inQueue(), ofBoris(), loan({ queueId: 'intake', next: 'route', due: at(0) })),
      fc.array(fc.tuple(doing, fc.nat(10), fc.boolean()), { maxLength: 12 }),
      (first, all) => {
        let record = first
        let now = monday
        for (const [each, later, isPerson] of all) {
          now += hoursLong(later)
          const person = isPerson ? anna : undefined
          const here = { now, caller: 'anna' }
          try {
            if ('name' in each) {
              const input = { give: { to: each.to }, plan: { nextAt: at(each.hour) }, take: {} }[each.name]
              record = handedOver(loanKind, record, { name: each.name, input }, context({ now, person }))
            } else {
              const after =
                'patch' in each
                  ? changedRecord(
                      loanKind,
                      record,
                      Object.fromEntries(Object.entries(each.patch).map(([name, hour]) => [name, at(hour)])),
                      here,
                    )
                  : movedRecord(loanKind, record, { name: each.move, input: {} }, here)
              record = attended(loanKind, record, after as WorkRecord, { company, now, isPerson })
            }
          } catch (error) {
            const expected = ['field.invalid', 'state.refused', 'auth.forbidden']
            if (!isFault(error) || !expected.includes(error.code)) throw error
          }
          if (!isOpen(loanKind, record)) continue
          expect(record.ownerId ?? record.queueId).toBeDefined()
          expect(record.ownerId !== undefined && record.next === 'take').toBe(false)
          expect([record.next, record.due]).toEqual([expect.any(String), expect.any(String)])
          // What is promised and not over is not hidden behind a plan.
          const { returnBy, returnedAt } = record as { returnBy?: string; returnedAt?: string }
          if (
            record.next === 'follow-up' &&
            returnedAt === undefined &&
            returnBy &&
            Date.parse(returnBy) > now
          )
            expect(record.due! <= returnBy).toBe(true)
          expect(loanKind.schema.parse(record)).toEqual(record)
        }
      },
    ),
  )
})
