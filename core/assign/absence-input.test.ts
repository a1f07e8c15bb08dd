import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { isFault } from '../record/fault.ts'
import { absenceInput, absenceOf } from './absence-input.ts'

const now = Date.parse('2027-03-01T09:00:00.000Z')
const day = 86_400_000
const from = (days: number, length: number, more: object = {}) =>
  absenceOf(
    absenceInput.parse({
      from: toInstant(now + days * day),
      until: toInstant(now + (days + length) * day),
      ...more,
    }),
    now,
  )

test('an absence that began and goes on, or begins later, is taken', () => {
  expect(from(-3, 10)).toEqual({ from: toInstant(now - 3 * day), until: toInstant(now + 7 * day) })
  expect(from(100, 14, { reason: 'holiday' })).toMatchObject({ reason: 'holiday' })
})

test.each([
  ['that is over', -30, 29, {}, 'until'],
  ['that is over, even confirmed', -30, 29, { confirm: true }, 'until'],
  ['longer than two years', 1, 800, {}, 'until'],
  ['longer than ten years, even confirmed', 1, 4000, { confirm: true }, 'until'],
  ['that begins in five years', 1825, 10, {}, 'from'],
  ['that began before the company', -9000, 9500, { confirm: true }, 'from'],
])('an absence %s is refused in words that name the range', (...[_what, begin, length, more, where]) => {
  expect(() => from(begin, length, more)).toThrow(new RegExp(`^${where}: must lie between `))
})

test('an absence of three years is taken when that is confirmed, and the refusal says how', () => {
  expect(() => from(1, 1095)).toThrow('"confirm": true')
  expect(from(1, 1095, { confirm: true })).not.toHaveProperty('confirm')
})

test('whatever is taken is not over, begins in sight and is no longer than it says', () => {
  const time = fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString())
  const near = fc.integer({ min: -1500, max: 1500 }).map((days) => toInstant(now + days * day))
  fc.assert(
    fc.property(fc.oneof(near, time), fc.oneof(near, time), fc.boolean(), (begin, end, confirm) => {
      const read = absenceInput.safeParse({ from: begin, until: end, confirm })
      expect(read.success).toBe(begin < end)
      if (!read.success) return
      try {
        const taken = absenceOf(read.data, now)
        expect(Date.parse(taken.until)).toBeGreaterThan(now)
        expect(Math.abs(Date.parse(taken.from) - now)).toBeLessThanOrEqual(731 * day)
        const length = Date.parse(taken.until) - Date.parse(taken.from)
        expect(length).toBeLessThanOrEqual((confirm ? 5 : 1) * 731 * day)
      } catch (error) {
        if (!isFault(error, 'field.invalid')) throw error
        expect(['from', 'until']).toContain(error.where)
      }
    }),
  )
})
