import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindReference } from '#core/api/kind-reference.ts'
import { derivedKey, derivedPageKind, pagedFrom } from '#core/kind/system/derived.ts'
import { deriveFile } from '#core/project/derive.ts'
import { derivedAt } from '#core/project/derived.ts'
import { fileOf } from '#core/record/key.ts'
import type { Kind } from '#core/record/kind.ts'
import { memoryStore } from '#core/store/memory.ts'
import { findDeclared, findFacts } from '#infra/found.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { changedSources, synthesizeSources } from '../fixture/changed-sources.ts'

/** Garages whose file says what their repairs come to: two files more, and nothing else. */
const added = {
  'core/kind/service/repair.ts': `import { choice, day, money, optional, prose, ref, text } from '../../record/field.ts'
import { kind } from '../../record/kind.ts'

export const repairKind = kind({
  name: 'repair',
  plural: 'repairs',
  prefix: 'rep',
  title: 'Repair',
  help: 'Something is mended in a garage.',
  fields: () => ({
    subject: text('Subject'),
    garageId: ref('garage', 'Garage'),
    size: choice('Size', ['small', 'large'], { list: true }),
    price: optional(money('Price', { list: true })),
    paidBy: optional(day('To be paid by', { list: true })),
    report: optional(prose('Report')),
  }),
  called: ({ subject }) => subject,
  filedUnder: 'garageId',
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, done: { title: 'Done' } },
    transitions: { finish: { title: 'Finish', from: ['planned'], to: 'done', event: 'finished', takes: ['price', 'paidBy'] } },
  },
})
`,
  'core/kind/service/garage.ts': `import { countOf, newestOf, sumOf } from '../../record/derived/reduction.ts'
import { text } from '../../record/field.ts'
import { kind } from '../../record/kind.ts'
import { repairKind } from './repair.ts'

export const garageKind = kind({
  name: 'garage',
  plural: 'garages',
  prefix: 'gar',
  title: 'Garage',
  help: 'Where cars are mended.',
  fields: () => ({ name: text('Name', { list: true }) }),
  called: ({ name }) => name,
  derived: () => ({
    openRepairs: countOf(repairKind, { title: 'Open repairs', where: { status: ['planned'] } }),
    largeToday: countOf(repairKind, { title: 'Large repairs of today', where: { size: ['large'] }, within: '1 days' }),
    earned: sumOf(repairKind, 'price', { title: 'Earned', help: 'what was asked for repairs', where: { status: ['done'] } }),
    overdue: sumOf(repairKind, 'price', { title: 'Overdue', at: 'paidBy', past: true }),
    lastSize: newestOf(repairKind, 'size', { title: 'Size of the last one', at: 'closedAt' }),
  }),
})
`,
}

/** The same of work: a dock, with the ships that lie in it. */
const worked = {
  'core/kind/service/dock.ts': `import { countOf, newestOf, sumOf } from '../../record/derived/reduction.ts'
import { choice, money, ref, text } from '../../record/field.ts'
import { kind } from '../../record/kind.ts'

export const shipKind = kind({
  name: 'ship',
  plural: 'ships',
  prefix: 'shp',
  title: 'Ship',
  help: 'Lies in a dock.',
  fields: () => ({
    dockId: ref('dock', 'Dock'),
    size: choice('Size', ['small', 'large'], { list: true }),
    fee: money('Fee', { list: true }),
  }),
  called: ({ size }) => size,
  filedUnder: 'dockId',
})

export const dockKind = kind({
  name: 'dock',
  plural: 'docks',
  prefix: 'dck',
  title: 'Dock',
  help: 'Where ships are mended.',
  fields: () => ({ name: text('Name', { list: true }) }),
  called: ({ name }) => name,
  lifecycle: {
    initial: 'open',
    states: { open: { title: 'Open', open: true }, shut: { title: 'Shut' } },
    transitions: { shut: { title: 'Shut', from: ['open'], to: 'shut', event: 'shut' } },
  },
  work: { promises: [] },
  derived: () => ({
    ships: countOf(shipKind, { title: 'Ships' }),
    fees: sumOf(shipKind, 'fee', { title: 'Fees' }),
    lastSize: newestOf(shipKind, 'size', { title: 'Size of the last ship' }),
  }),
})
`,
}

/** What operators then write about it: a dock that is full is looked after by others. */
const written = {
  'rules/dock-routing.yaml': `decision: dock-routing
record: dock
hitPolicy: first
outputs:
  team: { type: team }
rows:
  - id: full
    when:
      dock.ships: [{ numeric: ['>=', 3] }]
      dock.fees: [{ numeric: ['=', 45] }]
      dock.lastSize: [large]
    then: { team: enterprise }
default: { team: sales-dach }
tests:
  - name: a dock that is full
    given: { dock: { ships: 3, fees: 45, lastSize: large } }
    expect: { row: full }
`,
  'workflows/dock-full.yaml': `workflow: dock-full
title: Docks that are full
when:
  detail-type: [dock.updated]
  detail: { changed: [ships], dock: { ships: [{ numeric: ['=', 3] }] } }
until: { detail-type: [dock.shut] }
lastResort: unanswered
steps:
  - route: dock-routing
  - queue: unanswered
`,
}

const user = 'anna'
let project: string
let cloud: Cloud

beforeAll(async () => {
  project = changedSources({ added: { ...added, ...worked }, written })
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: await synthesizeSources(project) })
})
afterAll(async () => {
  await cloud.stop()
  rmSync(project, { recursive: true, force: true })
})

const make = async (path: string, json: object): Promise<string> => {
  const made = await cloud.request(path, { json, user })
  expect(made.status, made.text).toBe(201)
  return made.json.id as string
}
const garage = () => make('/garages', { name: 'North' })
const repair = (garageId: string, more: object = {}) =>
  make('/repairs', { subject: 'Brakes', garageId, size: 'small', ...more })

/** The projector waits a second for more. */
const projected = () => cloud.advance('2 seconds')
const read = async (id: string) => {
  await projected()
  const {
    name: _,
    id: __,
    version: ___,
    createdAt,
    updatedAt,
    createdBy,
    updatedBy,
    ...derived
  } = (await cloud.request(`/garages/${id}`, { user })).json
  expect([createdAt, updatedAt, createdBy, updatedBy]).not.toContain(undefined)
  return derived as Record<string, unknown>
}
const tenant = 'main'
const fileIn = async (id: string) => (await cloud.table.dump()).filter(({ pk }) => pk === fileOf(tenant, id))
const derivedIn = async (id: string) => (await fileIn(id)).filter(({ kind }) => kind.startsWith('derived'))
const nothing = { openRepairs: 0, largeToday: 0, earned: [], overdue: [] }
const euro = (minor: number) => ({ minor, currency: 'EUR' })

describe('derived fields of a record', () => {
  test('follow what is filed under it: created, closed, changed and moved to another one', async () => {
    const [north, south] = [await garage(), await garage()]
    expect(await read(north)).toEqual(nothing)
    const first = await repair(north, { size: 'large' })
    await repair(north)
    expect(await read(north)).toEqual({ ...nothing, openRepairs: 2, largeToday: 1 })

    const input = { price: euro(12_000), paidBy: '2027-03-01' }
    const finished = await cloud.request(`/repairs/${first}/finish`, { json: input, user })
    expect(finished.status, finished.text).toBe(200)
    const closed = { openRepairs: 1, largeToday: 1, earned: [euro(12_000)], overdue: [], lastSize: 'large' }
    expect(await read(north)).toEqual(closed)

    const patch = { method: 'PATCH', json: { garageId: south }, headers: { 'if-match': '*' }, user }
    expect((await cloud.request(`/repairs/${first}`, patch)).status).toBe(200)
    expect(await read(north)).toEqual({ ...nothing, openRepairs: 1 })
    expect(await read(south)).toEqual({ ...closed, openRepairs: 0 })

    // Time alone: nothing is written, the answer is another one.
    const hash = await derivedIn(south)
    await cloud.advance('1 day')
    const later = { ...closed, openRepairs: 0, largeToday: 0, overdue: [euro(12_000)] }
    expect(await read(south)).toEqual(later)
    expect(await derivedIn(south)).toEqual(hash)
  })

  test('are rebuilt from nothing as they are, also of many lines at once', async () => {
    const north = await garage()
    const ids = await Promise.all(
      Array.from({ length: 230 }, async (_, i) => repair(north, { size: i % 3 ? 'small' : 'large' })),
    )
    for (const id of ids.filter((_, i) => i % 5 === 0))
      await cloud.request(`/repairs/${id}/finish`, { json: { price: euro(100) }, user })
    const is = await read(north)
    expect(is).toMatchObject({ openRepairs: 184, earned: [euro(4_600)], largeToday: 77 })

    const { garageKind } = (await import(
      pathToFileURL(join(project, 'core/kind/service/garage.ts')).href
    )) as {
      garageKind: Kind
    }
    const file = await fileIn(north)
    const pages = file.filter(({ kind }) => kind === derivedPageKind.kind)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.filter(({ pending }) => pending)).toEqual([])
    const store = memoryStore()
    await store.project(file.filter(({ sk }) => /^[67]#/.test(sk)).map((put) => ({ put })))
    const now = Date.parse(await cloud.now())
    const task = { tenant, subject: { kind: 'garage', id: north } }
    for (let call = 0; call < 3; call++)
      await deriveFile(store, garageKind.derived!, { ...task, touched: call ? [] : [pagedFrom] }, { now })
    expect(derivedAt(garageKind, await store.get(derivedKey(tenant, north)), now)).toEqual(is)
  })

  test('are news on the bus when they have changed, and no news otherwise', async () => {
    const north = await garage()
    const events = async (act: () => Promise<unknown>): Promise<number> => {
      await projected()
      const before = Number((await cloud.cost()).events)
      await act()
      await projected()
      return Number((await cloud.cost()).events) - before
    }
    let id = ''
    expect(await events(async () => (id = await repair(north)))).toBe(2)
    const patch = (json: object) => async () =>
      cloud.request(`/repairs/${id}`, { method: 'PATCH', json, headers: { 'if-match': '*' }, user })
    expect(await events(patch({ report: 'It squeaks.' }))).toBe(1)
    expect(await events(patch({ size: 'large' }))).toBe(2)
    expect(await events(async () => cloud.advance('1 day'))).toBe(0)
    // It is none of today any more, by itself.
    expect(await events(patch({ size: 'small' }))).toBe(1)
  })

  test('are facts of tables, and begin workflows', async () => {
    const dockId = await make('/docks', { name: 'South' })
    const shown = async () => {
      await projected()
      return (await cloud.request(`/docks/${dockId}`, { user: 'viktor' })).json as Record<string, unknown>
    }
    const ship = async (size: string) => make('/ships', { dockId, size, fee: euro(1_500) })
    await ship('small')
    await ship('small')
    expect((await shown()).teamId).toBeUndefined()
    await ship('large')
    expect(await shown()).toMatchObject({ ships: 3, teamId: 'enterprise', queueId: 'unanswered' })
    const { json } = await cloud.request(`/docks/${dockId}/history`, { user: 'viktor' })
    expect(JSON.stringify(json.events)).toContain('"dock.ships"')
    const facts = await findFacts(project)
    const derived = { derived: true, about: 'Ships' }
    expect(facts.find('dock', 'dock.ships')).toMatchObject({
      ...derived,
      type: 'number',
      whole: true,
      least: 0,
    })
    expect(facts.find('dock', 'dock.lastSize')).toMatchObject({ type: 'text', values: ['small', 'large'] })
    expect(facts.find('dock', 'dock.fees')).toMatchObject({ type: 'number', about: 'Fees' })
  })

  test('are written by nobody, and lists do without them', async () => {
    const north = await garage()
    const refused = { status: 422, json: { where: 'openRepairs' } }
    expect(await cloud.request('/garages', { json: { name: 'x', openRepairs: 1 }, user })).toMatchObject(
      refused,
    )
    const patch = { method: 'PATCH', json: { openRepairs: 1 }, headers: { 'if-match': '*' }, user }
    expect(await cloud.request(`/garages/${north}`, patch)).toMatchObject(refused)
    await projected()
    const { garages } = (await cloud.request('/garages', { user })).json as { garages: object[] }
    expect(garages.filter((each) => 'openRepairs' in each)).toEqual([])
    const { json } = await cloud.request(`/garages/${north}/history`, { user })
    expect(json.garage).toMatchObject({ openRepairs: 0 })
  })

  test('are in the documentation with what they are made of', async () => {
    const reference = kindReference(await findDeclared(project))
    expect(reference).toContain(
      '| `earned` | list of money, by currency | what was asked for repairs *(derived: sum repair.price, where status is done)* |',
    )
    expect(reference).toContain(
      '| `largeToday` | number | Large repairs of today *(derived: repair lines, where size is large, createdAt within 1 days)* |',
    )
  })
})
