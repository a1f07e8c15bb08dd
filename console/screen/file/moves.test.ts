import { expect, test } from 'vitest'
import type { Kind } from '../../api/kinds.ts'
import { movesOf } from './moves.ts'

const ticket = {
  doors: ['read', 'move'],
  transitions: {
    resume: { title: 'Go on', from: ['waiting'], needs: [], takes: [] },
    solve: { title: 'Solve', from: ['new', 'waiting'], needs: ['solution'], takes: ['minutes'] },
    close: { title: 'Close', from: ['solved'], needs: [], takes: [] },
  },
} as unknown as Kind

const shape = (record: Record<string, unknown>, may = () => true) =>
  movesOf(ticket, record, may).map(({ name, isPossible, asks }) => [
    name,
    isPossible,
    asks.map((each) => each.name),
  ])

test('what the life-cycle allows now comes first, the rest is told to be impossible', () => {
  expect(shape({ status: 'new' })).toEqual([
    ['solve', true, ['solution', 'minutes']],
    ['resume', false, []],
    ['close', false, []],
  ])
})

test('what is there already is not asked for again', () => {
  expect(shape({ status: 'waiting', solution: 'Restarted it' })[1]).toEqual(['solve', true, ['minutes']])
})

test('nothing leads on a kind that is led by activities alone', () => {
  expect(movesOf({ ...ticket, doors: ['read'] }, { status: 'new' }, () => true)).toEqual([])
})

test('what somebody may not do is not shown', () => {
  expect(movesOf(ticket, { status: 'new' }, (name) => name === 'solve')).toHaveLength(1)
})
