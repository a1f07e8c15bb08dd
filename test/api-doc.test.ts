import { expect, test } from 'vitest'
import { faults } from '#core/record/fault.ts'
import { textOf } from './docs.ts'

/** The table of problems in docs/api.md is that of the product. */
const rows = [...textOf('docs/api.md').matchAll(/^\| `([a-z.-]+)` \| (\d{3}) \| (.+) \| (.+) \|$/gm)]

test('every code stands in the table of problems once, with its status, in its order', () => {
  const told = rows.map(([, code, status]) => [code, Number(status)])
  const known = Object.entries(faults).map(([code, { status }]) => [code, status])
  expect(told.toSorted()).toEqual(known.toSorted())
  const statuses = told.map(([, status]) => Number(status))
  expect(statuses).toEqual(statuses.toSorted((a, b) => a - b))
})

test('what may be sent again as it is, is told to be, and nothing else is', () => {
  for (const [, code = '', , , remedy = ''] of rows)
    expect([code, remedy.includes('send the same again')]).toEqual([
      code,
      faults[code as keyof typeof faults].retry,
    ])
})
