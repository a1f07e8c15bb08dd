import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { northwind as company } from '../../test/fixture/northwind.ts'
import { newId, personId, queueId, teamId, type PersonId } from '../record/id.ts'
import { lastOnDuty, managerOnDuty, ownerOnDuty, watcherOnDuty, type Due, type Duty } from './on-duty.ts'

const now = Date.parse('2027-03-01T09:00:00.000Z')
const until = '2027-03-05T00:00:00.000Z'
const people = Object.keys(company.people) as PersonId[]
const { watchers } = company.queues[queueId.parse('unanswered')]!

const away = (...absent: string[]): Duty => ({
  company,
  absences: absent.map((person) => ({
    id: `absence_${person}`,
    person: personId.parse(person),
    from: '2027-03-01T00:00:00.000Z',
    until,
  })),
  lastResort: queueId.parse('unanswered'),
  now,
})
const leadOf = (number: number, more: Partial<Due> = {}): Due => ({
  id: newId(
    'lead',
    now + number,
    Uint8Array.from({ length: 10 }, (_, i) => (number * 31 + i * 7) & 255),
  ),
  teamId: teamId.parse('sales-dach'),
  ownerId: personId.parse('anna'),
  ...more,
})

describe('whoever is told of what is due', () => {
  const absent = fc.subarray(people)
  const due = fc.record({
    number: fc.nat(100_000),
    raised: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    teamId: fc.constantFrom(undefined, ...Object.keys(company.teams).map((id) => teamId.parse(id))),
    queueId: fc.constantFrom(undefined, ...Object.keys(company.queues).map((id) => queueId.parse(id))),
    ownerId: fc.constantFrom(undefined, ...people),
  })
  const finds = { ownerOnDuty, managerOnDuty, watcherOnDuty, lastOnDuty }

  test('is there whenever anybody is to whom it could fall, whoever is absent', () => {
    fc.assert(
      fc.property(due, absent, fc.constantFrom(...Object.keys(finds)), ({ number, ...more }, gone, find) => {
        const duty = away(...gone)
        const { to, passed } = finds[find as keyof typeof finds](leadOf(number, more), duty)
        const manager = more.teamId && company.teams[more.teamId]!.manager
        const couldAct = [...watchers, ...(manager ? [manager] : []), 'viktor' as PersonId]
        if (couldAct.some((person) => !gone.includes(person))) expect(gone).not.toContain(to)
        expect(Object.keys(company.people)).toContain(to)
        for (const person of Object.keys(passed)) expect(gone).toContain(person)
      }),
    )
  })

  test('is another one at the next level of a queue while two who watch it are there', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(5),
        fc.subarray(watchers, { maxLength: 1 }),
        (number, raised, gone) => {
          const told = (level: number) => watcherOnDuty(leadOf(number, { raised: level }), away(...gone)).to
          expect(told(raised)).not.toBe(told(raised + 1))
        },
      ),
    )
  })

  test('in the end is the manager, unless he was told as a watcher just before', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom('sales-dach', 'enterprise'), (number, team) => {
        const due = leadOf(number, { teamId: teamId.parse(team), raised: 3 })
        const before = watcherOnDuty({ ...due, raised: 2 }, away()).to
        const { to } = lastOnDuty(due, away())
        expect(to).not.toBe(before)
        if (before !== company.teams[teamId.parse(team)]!.manager)
          expect(to).toBe(company.teams[teamId.parse(team)]!.manager)
      }),
    )
  })
})

test('of many records each watcher is told of about as many', () => {
  const counts = new Map<string, number>()
  for (let number = 0; number < 3000; number++) {
    const { to } = watcherOnDuty(leadOf(number), away())
    counts.set(to, (counts.get(to) ?? 0) + 1)
  }
  // Of 3,000 draws among three, 26 are a standard deviation.
  for (const person of watchers) expect(Math.abs(counts.get(person)! - 1000)).toBeLessThan(130)
})

test('somebody stands for each who is absent: for the owner his manager, for him a watcher', () => {
  expect(ownerOnDuty(leadOf(1), away()).to).toBe('anna')
  expect(ownerOnDuty(leadOf(1), away('anna'))).toEqual({ to: 'maria', passed: { anna: until } })
  const { to } = ownerOnDuty(leadOf(1), away('anna', 'maria'))
  expect(['iryna', 'priya']).toContain(to)
})

test('when nobody at all is there it stays with whoever would have it', () => {
  expect(ownerOnDuty(leadOf(1), away(...people))).toEqual({ to: 'anna', passed: {} })
  expect(managerOnDuty(leadOf(1), away(...people)).to).toBe('maria')
  expect(watchers).toContain(watcherOnDuty(leadOf(1), away(...people)).to)
})
