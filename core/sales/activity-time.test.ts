import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant, toInstant } from '../record/id.ts'
import { isFault } from '../record/fault.ts'
import { givenTime, timeOfNextStep } from '../time/given-time.ts'
import { hoursLong, minutes, monday, newLead } from '../workflow/fixture.ts'
import { timeOfActivity } from './activity-time.ts'

const lead = newLead()
const created = Date.parse(lead.createdAt)
const day = hoursLong(24)

/** Any time that can be written in four digits of a year, with any offset. */
const written = fc
  .record({
    at: fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    }),
    offset: fc.constantFrom('Z', '+14:00', '-12:00', '+23:59', '-23:59'),
  })
  .map(({ at, offset }) => at.toISOString().replace('Z', offset))

/** What a rule makes of a time: an instant, or the fault by which it refused. */
function outcome(work: () => string | undefined): string | undefined {
  try {
    return work()
  } catch (error) {
    if (!isFault(error, 'field.invalid')) throw error
    expect(error.message).toContain(String(error.where))
    expect(error.facts.allowed).toMatchObject({ from: expect.any(String), until: expect.any(String) })
    return undefined
  }
}

test('whatever time is given for an activity, what is kept lies within 30 days before the lead and now', () => {
  fc.assert(
    fc.property(written, fc.nat(400 * day), (text, later) => {
      const now = created + later
      const kept = outcome(() => timeOfActivity(givenTime.parse(text), lead, now))
      const given = Date.parse(text)
      const makesSense = given >= created - 30 * day && given <= now + minutes(5)
      expect(kept).toBe(makesSense ? toInstant(Math.min(given, now)) : undefined)
      if (kept !== undefined) expect(instant.safeParse(kept).success).toBe(true)
    }),
  )
})

test('whatever next step is given, what is kept lies within two years from now', () => {
  fc.assert(
    fc.property(written, (text) => {
      const kept = outcome(() => timeOfNextStep(givenTime.parse(text), monday))
      const given = Date.parse(text)
      expect(kept).toBe(given > monday && given <= monday + 731 * day ? toInstant(given) : undefined)
    }),
  )
})

test.each([
  ['in year 1', '0001-01-01T00:00:00Z'],
  ['31 days before the lead', toInstant(created - 31 * day)],
  ['six minutes from now', toInstant(monday + minutes(6))],
])('an activity %s is refused in words that name the range', (_when, at) => {
  expect(() => timeOfActivity(givenTime.parse(at), lead, monday)).toThrow(/^at: must lie between 20.* and 20/)
})

test('a call of last week, before the lead was entered, is kept with its time', () => {
  const at = toInstant(created - 7 * day)
  expect(timeOfActivity(at, lead, monday)).toBe(at)
})

test('a clock that goes ahead a little means now', () => {
  expect(timeOfActivity(toInstant(monday + minutes(2)), lead, monday)).toBe(toInstant(monday))
  expect(timeOfActivity(undefined, lead, monday)).toBe(toInstant(monday))
})

test.each([
  ['in 9999', '9999-12-31T23:59:59-01:00'],
  ['this very moment', toInstant(monday)],
  ['in the past', toInstant(monday - 1)],
])('a next step %s is refused', (_when, at) => {
  expect(() => timeOfNextStep(givenTime.parse(at), monday)).toThrow(/^nextAt: must lie between/)
})
