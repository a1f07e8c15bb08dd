import { expect, test } from 'vitest'
import { opportunityKind } from '#core/kind/sales/opportunity.ts'
import { planList, type Listed } from '#core/query/list.ts'
import { listPage, widest } from '#core/query/list-page.ts'
import { placeOfList } from '#core/query/list-place.ts'
import { toItem } from '#core/record/item.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { memoryStore } from '#core/store/memory.ts'
import { Draw } from '../random.ts'

/*
 * Lists against the simplest thing that could answer: every record in memory, a predicate in TypeScript, `sort`. Filters come
 * as a pattern and as that predicate, drawn together.
 */

const kind = opportunityKind as unknown as Kind
const tenant = 'main'
const now = '2027-03-31T12:00:00.000Z'
const forecasts = ['pipeline', 'best-case', 'commit', 'omitted'] as const
const names = ['Äpfel', 'apples', 'Apples', 'Line 9', 'Line 10', 'Їжа', 'Ёлка', 'zinc', '💡 lamps']
const teams = ['east', 'west']
const filters = 2_500

type Opportunity = AnyRecord & {
  closedAt?: string
  forecast?: (typeof forecasts)[number]
  probability?: number
  name: string
}

function opportunity(draw: Draw, number: number, at = draw.below(80)): Opportunity {
  const maybe = <T>(value: T): T | undefined => (draw.chance(0.75) ? value : undefined)
  const isOpen = draw.chance(0.7)
  const createdAt = new Date(Date.parse('2027-01-10T00:00:00.000Z') + at * 86_400_000).toISOString()
  return {
    tenant,
    id: `opp_${String(number).padStart(6, '0')}`,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    status: isOpen ? 'open' : draw.pick(['won', 'lost']),
    ...(!isOpen && { closedAt: draw.pick(['2027-02-11T00:00:00.000Z', '2027-03-11T00:00:00.000Z']) }),
    customerId: 'cus_1',
    name: draw.pick(names),
    pipeline: 'new-business',
    stage: draw.pick(['proposal', 'talks']),
    probability: maybe(draw.below(5) * 25),
    forecast: maybe(draw.pick(forecasts)),
    amount: maybe({ minor: draw.below(6) * 50_000, currency: draw.chance(0.9) ? 'EUR' : 'USD' }),
    closeOn: maybe(`2027-0${1 + draw.below(9)}-15`),
    teamId: maybe(draw.pick(teams)),
  }
}

type Judge = (record: Opportunity) => boolean
interface Drawn {
  pattern: object
  judge: Judge
}

const minor = ({ amount }: Opportunity): number | undefined => {
  const { minor, currency } = (amount ?? {}) as { minor?: number; currency?: string }
  return currency === 'EUR' ? minor : undefined
}

function condition(draw: Draw): Drawn {
  const number = draw.below(5) * 25
  const [text, forecast, team] = [draw.pick(names), draw.pick(forecasts), draw.pick(teams)]
  const month = `2027-0${1 + draw.below(4)}`
  return draw.pick<Drawn>([
    { pattern: { forecast: [forecast] }, judge: (it) => it.forecast === forecast },
    {
      pattern: { forecast: [{ 'anything-but': [forecast] }] },
      judge: (it) => it.forecast !== undefined && it.forecast !== forecast,
    },
    {
      pattern: { probability: [{ numeric: ['>', number] }] },
      judge: (it) => it.probability !== undefined && it.probability > number,
    },
    { pattern: { probability: [{ exists: false }] }, judge: (it) => it.probability === undefined },
    {
      pattern: { amount: [{ numeric: ['>=', number * 10] }] },
      judge: (it) => (minor(it) ?? -1) >= number * 1_000,
    },
    {
      pattern: { amount: { currency: ['USD'] } },
      judge: (it) => (it.amount as { currency: string } | undefined)?.currency === 'USD',
    },
    { pattern: { name: [text] }, judge: (it) => it.name === text },
    {
      pattern: { name: [{ prefix: 'Line' }, { 'equals-ignore-case': 'APPLES' }] },
      judge: (it) => it.name.startsWith('Line') || it.name.toLowerCase() === 'apples',
    },
    { pattern: { createdAt: [{ prefix: month }] }, judge: (it) => String(it.createdAt).startsWith(month) },
    {
      pattern: { $or: [{ teamId: [team] }, { forecast: [forecast] }] },
      judge: (it) => it.teamId === team || it.forecast === forecast,
    },
    { pattern: { status: ['won', 'open'] }, judge: (it) => it.status === 'won' || it.status === 'open' },
  ])
}

function filter(draw: Draw): { text: string | undefined; judge: Judge } {
  const some = draw.list(0, 3, () => condition(draw))
  const names = some.flatMap(({ pattern }) => Object.keys(pattern))
  if (!some.length || new Set(names).size < names.length || (names.includes('$or') && names.length > 1))
    return { text: undefined, judge: () => true }
  const text = JSON.stringify(Object.assign({}, ...some.map(({ pattern }) => pattern)))
  return { text, judge: (it) => some.every(({ judge }) => judge(it)) }
}

type Value = string | number
const collator = new Intl.Collator('und', { numeric: true })
const values: Record<string, (it: Opportunity) => Value | undefined> = {
  name: (it) => it.name,
  probability: (it) => it.probability,
  forecast: (it) => it.forecast && forecasts.indexOf(it.forecast),
  closeOn: (it) => it.closeOn as string | undefined,
  createdAt: (it) => String(it.createdAt),
  // Currency before amount, and both of one width.
  amount: (it) => {
    const { minor, currency } = (it.amount ?? {}) as { minor?: number; currency?: string }
    return minor === undefined ? undefined : `${currency}${String(minor).padStart(12, '0')}`
  },
  id: (it) => it.id,
}

function compared(name: string, one: Opportunity, other: Opportunity): number {
  const [a, b] = [values[name]!(one), values[name]!(other)]
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const sign = name === 'name' ? collator.compare(String(a), String(b)) : Number(a > b) - Number(a < b)
  return sign
}

/** Without an order that is asked for: what is open before what is closed, by month, in each the newest first. */
const inIndex = (one: Opportunity, other: Opportunity): number =>
  asText(monthOf(one), monthOf(other)) || asText(keyOf(other), keyOf(one))
const asText = (one: string, other: string): number => Number(one > other) - Number(one < other)
const monthOf = ({ status, closedAt }: Opportunity): string =>
  status === 'open' ? '' : (closedAt ?? '').slice(0, 7)

function ordered(sort: string | undefined, records: Opportunity[]): Opportunity[] {
  if (sort === undefined) return records.toSorted(inIndex)
  return records.toSorted((a, b) => {
    for (const part of sort.split(',')) {
      const name = part.replace('-', '')
      const sign = compared(name, a, b)
      const isAbsent = values[name]!(a) === undefined || values[name]!(b) === undefined
      if (sign !== 0) return part.startsWith('-') && !isAbsent ? -sign : sign
    }
    return compared('id', a, b)
  })
}
const keyOf = ({ createdAt, id }: Opportunity): string => `${String(createdAt)}#${id}`

const sortIn = (draw: Draw): string | undefined =>
  draw.chance(0.35)
    ? undefined
    : draw
        .some(Object.keys(values), 1, 3)
        .map((name) => (draw.chance(0.5) ? `-${name}` : name))
        .join(',')

const putAll = async (
  store: ReturnType<typeof memoryStore>,
  records: readonly AnyRecord[],
): Promise<void> => {
  await store.project(records.map((record) => ({ put: toItem(kind, record) })))
}

const rights = { hidden: new Set<string>(), currency: 'EUR' }

test(`${filters} random filters and orders: pages together are all of it, each once, in that order`, async () => {
  const seed = Number(process.env.HOLDFAST_SEED)
  const draw = new Draw(seed)
  const records = Array.from({ length: 240 }, (_, i) => opportunity(draw, i))
  const store = memoryStore()
  await putAll(store, records)
  let most = 0
  for (let i = 0; i < filters; i++) {
    const { text, judge } = filter(draw)
    const sort = sortIn(draw)
    const part = draw.pick([
      {},
      { state: 'won', month: '2027-03' },
      { month: '2027-02' },
      { day: '2027-02-20' },
    ])
    const isPart: Judge = (it) => {
      if ('day' in part) return String(it.createdAt).startsWith(part.day!)
      if (!('month' in part)) return it.status === 'open'
      return (!('state' in part) || it.status === part.state) && it.closedAt?.startsWith(part.month!) === true
    }
    const mine = new Set(records.filter(() => draw.chance(0.6)).map(({ id }) => id))
    const seesAll = draw.chance(0.5)
    const { status, ...place } = placeOfList(kind, part, { tenant, now })
    const plan = planList(kind, { filter: text, sort }, rights)
    const limit = draw.pick([1, 7, 50, 100])
    const told: string[] = []
    let after: string | undefined
    let total: number | undefined
    let pages = 0
    do {
      const page = await listPage(store, place, plan, {
        limit,
        after,
        keep: ({ line }) => status === undefined || line.status === status,
        ...(!seesAll && { seen: async (lines: readonly Listed[]) => lines.map(({ id }) => mine.has(id)) }),
      })
      expect(page.lines.length).toBeLessThanOrEqual(limit)
      expect(page.isWide).toBeUndefined()
      told.push(...page.lines.map(({ line }) => line.id))
      ;({ next: after, total } = page)
      pages++
      expect(pages, 'pages come to an end').toBeLessThanOrEqual(records.length + 1)
    } while (after !== undefined)
    const wanted = records.filter((it) => isPart(it) && judge(it) && (seesAll || mine.has(it.id)))
    const expected = ordered(sort, wanted)
    const context = { seed, i, text, sort, part, limit }
    expect({ ...context, told }).toEqual({ ...context, told: expected.map(({ id }) => id) })
    if (sort !== undefined && seesAll) expect(total).toBe(expected.length)
    expect(pages).toBeLessThanOrEqual(Math.max(1, Math.ceil(expected.length / limit)))
    most = Math.max(most, pages)
  }
  expect(most).toBeGreaterThan(20)
})

test('while records come, change and go, each that does not is on exactly one page', async () => {
  const seed = Number(process.env.HOLDFAST_SEED)
  const draw = new Draw(seed)
  for (let round = 0; round < 150; round++) {
    const store = memoryStore()
    const records = Array.from({ length: 60 }, (_, i) => ({ ...opportunity(draw, i), status: 'open' }))
    await putAll(store, records)
    const still = new Set(records.map(({ id }) => id))
    const sort = sortIn(draw)
    const plan = planList(kind, { sort }, rights)
    const { status: _, ...place } = placeOfList(kind, {}, { tenant, now })
    const told: string[] = []
    let after: string | undefined
    let number = 1_000
    do {
      const page = await listPage(store, place, plan, { limit: 7, after, keep: () => true })
      told.push(...page.lines.map(({ line }) => line.id))
      after = page.next
      for (const id of draw.some([...still], 0, 3)) {
        still.delete(id)
        const changed = { ...opportunity(draw, 0), id, status: draw.pick(['open', 'won']) }
        await putAll(store, [changed])
      }
      await putAll(store, [{ ...opportunity(draw, number++), status: 'open' }])
    } while (after !== undefined)
    const seen = told.filter((id) => still.has(id))
    expect({ seed, sort, seen: seen.toSorted() }).toEqual({ seed, sort, seen: [...still].toSorted() })
    expect(
      ordered(
        sort,
        records.filter(({ id }) => still.has(id)),
      ).map(({ id }) => id),
    ).toEqual(seen)
  }
})

test('a list that is too wide to be sorted says so, and is told in the order of the index to its end', async () => {
  const draw = new Draw(1)
  const store = memoryStore()
  const records: Opportunity[] = Array.from({ length: widest }, (_, i) => ({
    ...opportunity(draw, i),
    status: 'open',
  }))
  await putAll(store, records)
  const plan = planList(kind, { sort: 'name', filter: '{"teamId":["east"]}' }, rights)
  const { status: _, ...place } = placeOfList(kind, {}, { tenant, now })
  const keep = (): boolean => true
  const first = await listPage(store, place, plan, { limit: 10, keep })
  expect(first).toMatchObject({ total: records.filter(({ teamId }) => teamId === 'east').length })
  expect(first.isWide).toBeUndefined()
  await putAll(store, [{ ...opportunity(draw, widest), status: 'open' }])
  // What was begun in an order is finished in it.
  const second = await listPage(store, place, plan, { limit: 10, keep, after: first.next })
  expect(second.isWide).toBeUndefined()
  expect(
    ordered(
      'name',
      records.filter(({ teamId }) => teamId === 'east'),
    )
      .slice(0, 20)
      .map(({ id }) => id),
  ).toEqual([...first.lines, ...second.lines].map(({ line }) => line.id))
  const told: string[] = []
  let after: string | undefined
  do {
    const page = await listPage(store, place, plan, { limit: 100, keep, after })
    expect([page.isWide, page.total]).toEqual([true, undefined])
    told.push(...page.lines.map(({ line }) => line.id))
    after = page.next
  } while (after !== undefined)
  const wide = store.all().filter(({ line }) => (line as { teamId?: string }).teamId === 'east')
  expect(told.toSorted()).toEqual(wide.map(({ id }) => String(id)).toSorted())
})
