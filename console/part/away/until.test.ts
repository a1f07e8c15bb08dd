import { afterAll, beforeAll, expect, test } from 'vitest'
import { localText, momentOf, showZone } from '../../words/zone.ts'
import { usualEnds } from './until.ts'

beforeAll(() => showZone('Europe/Berlin'))
afterAll(() => showZone(undefined))

const ends = (day: string) =>
  usualEnds(momentOf(`2027-03-${day}T17:20`)).map(({ at }) => localText(at).slice(8))

test('an absence usually ends tonight, tomorrow morning, or on the next Monday', () => {
  expect(ends('04')).toEqual(['04T23:59', '05T09:00', '08T09:00'])
})

test('on a Monday the next one is in a week, on a Sunday it is tomorrow', () => {
  expect(ends('01')[2]).toBe('08T09:00')
  expect(ends('07')[2]).toBe('08T09:00')
})

test('in the week in which summer begins it is nine o’clock all the same', () => {
  expect(ends('27').slice(1)).toEqual(['28T09:00', '29T09:00'])
})
