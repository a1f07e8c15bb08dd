import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { momentText } from './format.ts'
import { dayOf, localText, momentOf, otherZone, showZone, timeOn, weekdayOf } from './zone.ts'

afterEach(() => showZone(undefined))

const at = (instant: string) => Date.parse(instant)
const instant = (text: string) => new Date(momentOf(text)).toISOString()
const zones = fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone'))
/** Whole minutes of 2000 to 2040. */
const minutes = fc.integer({ min: at('2000-01-01T00:00Z') / 60_000, max: at('2040-01-01T00:00Z') / 60_000 })

test('what an input shows of a moment, in whatever zone, is read as a moment that it shows the same', () => {
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      showZone(zone)
      const text = localText(minute * 60_000)
      expect(localText(momentOf(text))).toBe(text)
    }),
    { numRuns: 1_000 },
  )
})

test('it is the very moment, but in an hour that comes twice, where it is the first', () => {
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      showZone(zone)
      const moment = minute * 60_000
      const read = momentOf(localText(moment))
      expect(read).toBeLessThanOrEqual(moment)
      if (read < moment) expect(localText(read)).toBe(localText(moment))
    }),
    { numRuns: 1_000 },
  )
})

test('in an hour that there is not, when summer begins, it is as long after the change', () => {
  showZone('Europe/Berlin')
  expect([instant('2027-03-28T01:59'), instant('2027-03-28T02:30'), instant('2027-03-28T03:00')]).toEqual([
    '2027-03-28T00:59:00.000Z',
    '2027-03-28T01:30:00.000Z',
    '2027-03-28T01:00:00.000Z',
  ])
  showZone('America/New_York')
  expect(instant('2027-03-14T02:30')).toBe('2027-03-14T07:30:00.000Z')
})

test('in an hour that comes twice it is the first time', () => {
  showZone('Europe/Kyiv')
  expect(instant('2027-10-31T03:30')).toBe('2027-10-31T00:30:00.000Z')
  showZone('America/New_York')
  expect(instant('2027-11-07T01:30')).toBe('2027-11-07T05:30:00.000Z')
})

test('what is no time is read as none', () => {
  for (const text of ['', 'tomorrow', '2027-13-01T10:00', '2027-03-01']) expect(momentOf(text)).toBeNaN()
})

test('tomorrow is at the same hour across a change of the clocks, and days are those of the zone', () => {
  showZone('Europe/Berlin')
  expect(timeOn(at('2027-03-27T20:00Z'), { days: 1, hour: 10 })).toBe(at('2027-03-28T08:00Z'))
  expect(timeOn(at('2027-03-26T20:00Z'), { days: 1, hour: 10 })).toBe(at('2027-03-27T09:00Z'))
  showZone('Pacific/Auckland')
  expect([dayOf(at('2027-03-07T12:00Z')), weekdayOf(at('2027-03-07T12:00Z'))]).toEqual(['2027-03-08', 1])
})

test('times are shown in the zone of whoever is signed in, and the same zone by another name is no other', () => {
  showZone('Asia/Kolkata')
  expect(momentText('en', at('2027-03-01T18:40Z'), at('2027-03-01T18:35Z'))).toBe('00:10')
  expect(momentText('en', at('2027-03-01T18:40Z'), at('2027-03-01T18:20Z'))).toBe('Tue 00:10')
  expect(otherZone(at('2027-03-01T00:00Z'))).toEqual({
    shown: 'Asia/Kolkata',
    browser: Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
  showZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
  expect(otherZone(at('2027-03-01T00:00Z'))).toBeUndefined()
})

test('a zone that this browser does not know leaves its own', () => {
  showZone('Mars/Olympus')
  expect(localText(momentOf('2027-03-01T10:30'))).toBe('2027-03-01T10:30')
})
