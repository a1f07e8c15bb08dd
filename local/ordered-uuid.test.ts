import { expect, test } from 'vitest'
import { orderedUuid } from './ordered-uuid.ts'

test('ids of later milliseconds come later, and those of one differ', () => {
  const times = [0, 1, 255, 256, Date.UTC(2027, 2, 1), Date.UTC(2027, 2, 1) + 1]
  const ids = times.map((time) => orderedUuid(time))
  expect(ids).toEqual([...ids].sort())
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(Array.from({ length: 1000 }, () => orderedUuid(0))).size).toBe(1000)
  expect(Number.parseInt(ids[4]!.replaceAll('-', '').slice(0, 12), 16)).toBe(times[4])
})
