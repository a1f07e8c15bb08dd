import { expect, test } from 'vitest'
import type { WorkEntry } from '../../api/work.ts'
import { momentOf } from '../../words/zone.ts'
import { grouped } from './group.ts'

const now = momentOf('2027-03-01T10:00')
const due = (id: string, minutes: number): WorkEntry => ({
  kind: 'lead',
  id,
  called: id,
  next: 'answer',
  due: new Date(now + minutes * 60_000).toISOString(),
  overdue: minutes < 0,
  url: `/leads/${id}`,
  line: {},
})

const shape = (work: WorkEntry[]) =>
  grouped(work, now).map(({ group, entries }) => [group, entries.map(({ id }) => id)])

test('what is overdue comes first, the longest overdue before', () => {
  expect(shape([due('soon', 20), due('late', -3), due('later', -12)])).toEqual([
    ['overdue', ['later', 'late']],
    ['hour', ['soon']],
  ])
})

test('this very minute is not overdue yet, an hour ahead is not the next hour any more', () => {
  expect(shape([due('now', 0), due('hour', 60), due('before', 59)])).toEqual([
    ['hour', ['now', 'before']],
    ['today', ['hour']],
  ])
})

test('what is late stays overdue though what comes next is due later', () => {
  const raised = { ...due('raised', 30), overdue: true, lateSince: new Date(now - 12 * 60_000).toISOString() }
  expect(shape([due('late', -3), raised, due('soon', 5)])).toEqual([
    ['overdue', ['raised', 'late']],
    ['hour', ['soon']],
  ])
})

test('the day ends at midnight of the reader', () => {
  expect(shape([due('tomorrow', 14 * 60), due('tonight', 14 * 60 - 1)])).toEqual([
    ['today', ['tonight']],
    ['later', ['tomorrow']],
  ])
})
