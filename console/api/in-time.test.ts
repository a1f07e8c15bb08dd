import { expect, test } from 'vitest'
import { inTimeOf } from './in-time.ts'

const begin = Date.parse('2027-03-01T00:00Z')
const day = { begin, now: Date.parse('2027-03-01T12:00Z'), end: Date.parse('2027-03-02T00:00Z') }
const lead = (respondBy: string, answeredAt?: string) => ({
  respondBy: `2027-03-01T${respondBy}:00.000Z`,
  ...(answeredAt !== undefined && { answeredAt: `2027-03-01T${answeredAt}:00.000Z` }),
})

test('an answer at the very moment that was promised is in time, one after it is not', () => {
  expect(inTimeOf([lead('10:00', '10:00'), lead('10:00', '10:01')], day)).toEqual({ inTime: 1, of: 2 })
})

test('what is late without an answer counts, what is promised for later does not yet', () => {
  expect(inTimeOf([lead('11:59'), lead('12:30'), lead('18:00', '11:00')], day)).toEqual({ inTime: 1, of: 2 })
})

test('another day counts nothing', () => {
  expect(inTimeOf([{ respondBy: '2027-02-28T23:59:59.999Z' }], day)).toEqual({ inTime: 0, of: 0 })
})
