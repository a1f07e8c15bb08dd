import { expect, test } from 'vitest'
import { usualEnds } from './until.ts'

const ends = (day: number) =>
  usualEnds(new Date(2027, 2, day, 17, 20).getTime()).map(({ at }) => {
    const end = new Date(at)
    return `${end.getDate()} ${end.getHours()}:${String(end.getMinutes()).padStart(2, '0')}`
  })

test('an absence usually ends tonight, tomorrow morning, or on the next Monday', () => {
  expect(ends(4)).toEqual(['4 23:59', '5 9:00', '8 9:00'])
})

test('on a Monday the next one is in a week, on a Sunday it is tomorrow', () => {
  expect(ends(1)[2]).toBe('8 9:00')
  expect(ends(7)[2]).toBe('8 9:00')
})
