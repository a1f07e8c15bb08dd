import { describe, expect, test } from 'vitest'
import { ticketKind } from '../kind/service/ticket.ts'
import type { Kind } from './kind.ts'
import { lateSince } from './open-work.ts'

const kind = ticketKind as unknown as Kind
const at = (hour: number): string => `2027-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const ticket = { status: 'working', respondBy: at(10), solveBy: at(14), due: at(16) }
const since = (record: object, now = 15, hidden: string[] = []) =>
  lateSince(kind, { ...ticket, ...record }, { now: at(now), hidden: new Set(hidden) })

describe('open work is late', () => {
  test('since the first of what was promised is over and not kept, whatever is due later', () => {
    expect(since({})).toBe(at(10))
    expect(since({ answeredAt: at(9) })).toBe(at(14))
    expect(since({ answeredAt: at(9), solvedAt: at(9) })).toBeUndefined()
    expect(since({}, 9)).toBeUndefined()
  })

  test('else since its next step was due', () => {
    expect(since({ respondBy: undefined, solveBy: undefined, due: at(12) })).toBe(at(12))
    expect(since({ answeredAt: at(9), solvedAt: at(9) }, 16)).toBe(at(16))
  })

  test('not by what is promised while somebody else is waited for', () => {
    expect(since({ status: 'waiting' })).toBeUndefined()
    expect(since({ status: 'waiting' }, 17)).toBe(at(16))
  })

  test('by nothing that whoever asks does not see', () => {
    expect(since({}, 15, ['respondBy'])).toBe(at(14))
    expect(since({ answeredAt: at(9) }, 11, ['answeredAt'])).toBeUndefined()
  })
})
