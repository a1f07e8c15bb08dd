import { expect, test } from 'vitest'
import { faults } from '#core/record/fault.ts'
import { textOf } from './docs.ts'

/** The table of problems in docs/api.md is that of the product. */
const rows = [...textOf('docs/api.md').matchAll(/^\| `([a-z.-]+)` \| (\d{3}) \| (.+) \| (.+) \|$/gm)]

test('every code stands in the table of problems once, with its status, in its order', () => {
  const statuses = rows.map(([, , status]) => Number(status))
  expect(statuses).toEqual(statuses.toSorted((a, b) => a - b))
  const told = rows.map(([, code, status]) => `${status} ${code}`)
  const known = Object.entries(faults).map(([code, { status }]) => `${status} ${code}`)
  const byText = (one: string, other: string): number => (one < other ? -1 : 1)
  expect(told.toSorted(byText)).toEqual(known.toSorted(byText))
})

test('what may be sent again as it is, is told to be, and nothing else is', () => {
  for (const [, code = '', , , remedy = ''] of rows)
    expect([code, remedy.includes('send the same again')]).toEqual([
      code,
      faults[code as keyof typeof faults].retry,
    ])
})
