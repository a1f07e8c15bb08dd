import { expect, test } from 'vitest'
import { placesOf } from './promise-line.ts'

const minutes = (n: number) => n * 60_000

test('a line goes to what comes when nobody answers', () => {
  expect(placesOf({ from: 0, until: minutes(30), then: minutes(60), now: minutes(42) })).toEqual({
    promised: 50,
    now: 70,
    end: minutes(60),
  })
})

test('without anything after it, a line goes on for half of what was promised', () => {
  expect(placesOf({ from: 0, until: minutes(40), now: minutes(15) })).toMatchObject({
    now: 25,
    end: minutes(60),
  })
})

test('whoever is later than the line, or before it, stands at its end, or its beginning', () => {
  expect(placesOf({ from: 0, until: 10, now: 1_000 }).now).toBe(100)
  expect(placesOf({ from: 100, until: 200, now: 0 }).now).toBe(0)
  expect(placesOf({ from: 5, until: 5, now: 5 })).toMatchObject({ promised: 0, now: 0 })
})
