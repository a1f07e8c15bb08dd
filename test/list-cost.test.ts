import { afterAll, beforeAll, expect, test } from 'vitest'
import { customerKind } from '#core/kind/customer/customer.ts'
import { planList } from '#core/query/list.ts'
import { listPage, widest } from '#core/query/list-page.ts'
import { placeOfList } from '#core/query/list-place.ts'
import { toItem } from '#core/record/item.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import type { Store } from '#core/store/store.ts'
import { openEngine } from './table-engine.ts'

/** Read units of pages of a list, as AWS bills them: an index is read with eventual consistency, half a unit for 4 KB. */
const units: number[] = []
let store: Store
let close: () => Promise<void>
beforeAll(async () => {
  ;({ store, close } = await openEngine({
    consumed: (all) => units.push(all.reduce((sum, { read }) => sum + read, 0)),
  }))
  const records = Array.from({ length: widest }, (_, i) => customer(i))
  for (let i = 0; i < records.length; i += 25)
    await store.project(records.slice(i, i + 25).map((record) => ({ put: toItem(kind, record) })))
})
afterAll(() => close?.())

const kind = customerKind as unknown as Kind
const tenant = 'main'
const now = '2027-03-01T09:00:00.000Z'
const customer = (number: number): AnyRecord => ({
  tenant,
  id: `cus_01MG052TM0HGFQ0E65SHC${String(number).padStart(5, '0')}`,
  version: 1,
  createdAt: new Date(Date.parse(now) - number * 60_000).toISOString(),
  updatedAt: now,
  createdBy: 'anna',
  status: 'active',
  type: 'company',
  name: `Eastern Mill of the town number ${number}`,
  roles: ['buyer'],
  country: number % 10 === 0 ? 'PL' : 'UA',
  industry: 'food',
  employees: number % 300,
  ownerId: 'anna',
  teamId: 'germany',
  territory: 'dach',
})

async function costOf(asked: { filter?: string; sort?: string }): Promise<{ read: number; lines: number }> {
  units.length = 0
  const { status: _, ...place } = placeOfList(kind, {}, { tenant, now })
  const plan = planList(kind, asked, { hidden: new Set(), currency: 'EUR' })
  const page = await listPage(store, place, plan, { limit: 50, keep: () => true })
  return { read: units.reduce((sum, each) => sum + each, 0), lines: page.lines.length }
}

test('a page of 50 lines of customers of which all is known is read for 2.5 units, one of a filter by what it looks at, a sorted one by the whole', async () => {
  const found = {
    page: await costOf({}),
    common: await costOf({ filter: '{"country":["UA"]}' }),
    rare: await costOf({ filter: '{"country":["PL"]}' }),
    sorted: await costOf({ sort: '-employees' }),
  }
  process.stdout.write(`read units of a page of 50 lines of ${widest}: ${JSON.stringify(found)}\n`)
  for (const { lines } of Object.values(found)) expect(lines).toBe(50)
  expect(found.page.read).toBeLessThanOrEqual(2.5)
  expect(found.common.read).toBeLessThanOrEqual(8)
  expect(found.rare.read).toBeLessThanOrEqual(40)
  expect(found.sorted.read).toBeLessThanOrEqual(120)
})
