import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hiddenFields, mayDo, scopeFor } from '#core/access/grant.ts'
import type { OperationName } from '#core/access/operation.ts'
import { filedIn, fileAbove } from '#core/access/file-place.ts'
import { grantFor, mayReach, type Reached } from '#core/access/reach.ts'
import { scopesOf } from '#core/access/scope.ts'
import type { Company } from '#core/company/company.ts'
import { alertKind, newAlert } from '#core/kind/system/alert.ts'
import { fieldsOf, toItem, type Item, type Line } from '#core/record/item.ts'
import type { Kind, Kinds } from '#core/record/kind.ts'
import { findVocabulary } from '#infra/found.ts'
import { readCompanyFiles } from '../../cli/file.ts'
import type { Template } from '../assembly.ts'
import { changedNorthwind, edit } from '../changed-northwind.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { Draw } from '../random.ts'
import { hashOf } from '../table.ts'

/**
 * Every route × every role × what is his own, what is somebody else's and what is not there: granted is exactly what the
 * pure `grantFor` and `mayReach` say, what is refused leaves the table as it was but for the record of the attempt, and what is
 * granted succeeds. A route without a row fails. The seed is printed; HOLDFAST_SEED repeats it, HOLDFAST_CASES asks more.
 *
 * Seen to fail with the protection switched off: `requireRight` that asks for reading only (403 expected, 200 found), records
 * judged without their file (404 expected for a contact), a PATCH that writes before it judges (the table changed).
 */

const seed = Number(process.env.HOLDFAST_SEED)
const total = Number(process.env.HOLDFAST_CASES ?? 20_000)
const atOnce = 16
/** After so many refused requests the table is looked at. */
const batch = 2_000

type Which = 'own' | 'foreign' | 'random'
const whiches: readonly Which[] = ['own', 'foreign', 'random']

/** Somebody who calls; what he is called tells of his role. */
interface Tester {
  name: string
  person: string | undefined
  roles: readonly string[]
  program?: string
  scopes?: readonly string[]
}

/** `ok`: granted, so it is done, or the state of the record is in the way; `refused`: for whatever reason, but nothing happens. */
type Expected = 'ok' | 403 | 404 | 'refused'

interface Case {
  route: string
  tester: Tester
  path: string
  json?: unknown
  headers?: Record<string, string>
  expected: Expected
}
type Asked = Omit<Case, 'route' | 'tester'>

/** What is asked of a route, and what must come of it. */
type Row = (tester: Tester, which: Which, draw: Draw) => Asked

const project = mkdtempSync(join(tmpdir(), 'holdfast-access-'))
const people: Record<string, readonly string[]> = {
  'role-admin': ['admin'],
  'role-operations': ['operations'],
  'role-manager': ['manager'],
  'role-rep': ['rep'],
  'role-agent': ['agent'],
  'role-marketer': ['marketer'],
  'role-reader': ['read-only'],
  'role-none': [],
  'role-careful': ['careful'],
  'role-regional': ['regional'],
}
/** Beside the shipped ones: all scopes, and less of what is done than of what is read. */
const moreRoles = `
  careful:
    title: Reads everything, and touches what is his
    kinds:
      default: { read: all, create: all, change: own, do: { take: team, win: own, acknowledge: own }, upTo: confidential }
  regional:
    title: Looks after a region
    kinds:
      default: { read: territory, create: none, change: territory, do: own, upTo: internal }
`
const testers: Tester[] = Object.entries(people).map(([name, roles]) => ({ name, person: name, roles }))

let cloud: Cloud
let company: Company
let kinds: Kinds
let routes: { route: string; isOpen: boolean }[]
const credentials = new Map<string, string>()
/** Items of records, by plural and id. */
const stored = new Map<string, Item>()
/** By the tester's name and the plural; what is nobody's of them lies under `foreign`. */
const ids = new Map<string, string>()

beforeAll(async () => {
  const assembly = await changedNorthwind(project, (content) => {
    const entries = Object.entries(people).map(
      ([id, roles]) =>
        `  ${id}:\n    name: ${id}\n    email: ${id}@northwind.example\n    language: en\n    roles: [${roles.join(', ')}]\n${id === 'role-regional' ? '    territories: [west]\n' : ''}`,
    )
    edit(join(content, 'company/people.yaml'), /^people:\n/m, `people:\n${entries.join('')}`)
    edit(join(content, 'company/access.yaml'), /^roles:\n/m, `roles:${moreRoles}`)
    const members = `members: [${Object.keys(people).join(', ')}, anna`
    edit(join(content, 'company/teams.yaml'), /members: \[anna/, members)
  })
  company = readCompanyFiles(project)!
  kinds = (await findVocabulary()).kinds
  routes = routesIn(assembly)
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly })
  await populate()
}, 300_000)
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

function routesIn(assembly: string): { route: string; isOpen: boolean }[] {
  return readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) =>
      Object.values((JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template).Resources),
    )
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => ({
      route: Properties.RouteKey as string,
      isOpen: Properties.AuthorizationType !== 'CUSTOM',
    }))
}

const asAdmin = async (path: string, json: object): Promise<string> => {
  const answer = await cloud.request(path, { json, user: 'role-admin' })
  expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300)
  return (answer.json.id ?? answer.json.leadId) as string
}

/** For each tester, and for somebody else, a record of every kind; and the keys of two programs. */
async function populate(): Promise<void> {
  const scopes = Object.keys(scopesOf(kinds.values()))
  for (const [name, allowed] of [
    ['program-all', scopes],
    ['program-reading', scopes.filter((scope) => scope.endsWith(':read'))],
  ] as const) {
    const json = { program: name, scopes: allowed }
    credentials.set(name, (await cloud.request('/keys', { json, user: 'role-admin' })).json.key as string)
    testers.push({ name, person: undefined, roles: [], program: name, scopes: allowed })
  }
  for (const { name, person } of testers)
    if (person !== undefined) credentials.set(name, await cloud.token(person))
  for (const name of [...testers.map((tester) => tester.name), 'foreign']) {
    const ownerId = Object.hasOwn(people, name) ? name : 'olena'
    const teamId = ownerId === 'olena' ? 'sales-ukraine' : 'sales-dach'
    const customer = await asAdmin('/customers', {
      name: `Of ${name}`,
      type: 'company',
      ownerId,
      teamId,
      territory: 'west',
    })
    const contact = await asAdmin('/contacts', { name: `At ${name}`, customerId: customer })
    const ticket = await asAdmin('/tickets', {
      subject: `Of ${name}`,
      channel: 'email',
      customerId: customer,
    })
    await asAdmin(`/tickets/${ticket}/give`, { to: ownerId })
    const lead = await asAdmin('/leads', { name: `Of ${name}`, email: `${name}@customer.example` })
    const alert = newAlert({
      tenant: 'main',
      cause: `overdue.${name}`,
      at: '2027-03-01T09:00:00.000Z',
      what: 'overdue',
      text: '-',
    })
    await cloud.table.put(toItem(alertKind, alert))
    const made = { customers: customer, contacts: contact, tickets: ticket, leads: lead, alerts: alert.id }
    for (const [plural, id] of Object.entries(made)) ids.set(`${name} ${plural}`, id)
    await cloud.settle()
    // Whoever was routed has it no more.
    const found = (await cloud.table.dump()).find((item) => item.id === lead && item.kind === 'lead')!
    const { ownerId: _, teamId: __, queueId: ___, about: ____, line, ...item } = found
    const { queueId: _____, ...rest } = line as Line
    await cloud.table.put({ ...item, line: { ...rest, ownerId, teamId } } as Item)
  }
  // That a key is used is written down once an hour.
  for (const credential of credentials.values())
    await cloud.request('/leads?limit=1', { headers: { authorization: `Bearer ${credential}` } })
  await cloud.settle()
  const known = new Set(ids.values())
  for (const item of await cloud.table.dump()) {
    const isRecord = kinds.has(item.kind) && typeof item.id === 'string' && known.has(item.id)
    if (isRecord) stored.set(item.id as string, item)
  }
  expect(stored.size).toBe(known.size)
}

/** Where a record lies, by the pure part of the product. */
function placeOf(id: string): Reached {
  const item = stored.get(id)!
  const record = fieldsOf(item)
  const above = fileAbove(kinds.get(item.kind)!, record)
  return above === undefined ? record : filedIn(record, fieldsOf(stored.get(above)!))
}

const idOf = (kind: Kind, { name }: Tester, which: Which, draw: Draw): string => {
  if (which === 'random')
    return `${kind.prefix}_${draw.list(26, 26, () => draw.pick([...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'])).join('')}`
  return ids.get(`${which === 'own' ? name : 'foreign'} ${kind.plural}`)!
}

/** What is sent; `breaks` is refused by whoever may do it, `sets` names fields. */
interface Sent {
  json: unknown
  breaks?: boolean
  sets?: readonly string[]
}

function expectedOf(
  kind: Kind,
  operation: string,
  tester: Tester,
  { sent, id }: { sent: Sent; id?: string },
): Expected {
  const grant = grantFor(tester, kind, company)
  if (scopeFor(grant, operation) === 'none') return 403
  const hidden = hiddenFields(company, kind, grant)
  if (sent.sets?.some((field) => hidden.has(field))) return 403
  if (id === undefined) return sent.breaks ? 'refused' : 'ok'
  if (sent.breaks) return 'refused'
  if (!stored.has(id)) return 404
  const asked = { worker: tester, grant, company }
  const place = placeOf(id)
  if (!mayReach(asked, { kind, operation: 'read' }, place).may) return 404
  return mayReach(asked, { kind, operation }, place).may ? 'ok' : 403
}

const none: Sent = { json: undefined }

/** A route that reads one record, its history, or a list. */
const reading =
  (kind: Kind, tail: string | undefined): Row =>
  (tester, which, draw) => {
    const id = tail === undefined ? undefined : idOf(kind, tester, which, draw)
    const expected = expectedOf(kind, 'read', tester, { sent: none, ...(id !== undefined && { id }) })
    return { path: id === undefined ? `/${kind.plural}?limit=100` : `/${kind.plural}/${id}${tail}`, expected }
  }

/** Fields that are sent, by kind: values that are good, and what is wrong. */
const patches: Record<string, Sent[]> = {
  customers: [
    { json: { city: 'Bremen' } },
    { json: { taxNumber: null }, sets: ['taxNumber'] },
    { json: { income: { minor: 100, currency: 'EUR' } }, sets: ['income'] },
    { json: { unheardOf: 1 }, breaks: true },
    { json: ['city'], breaks: true },
  ],
  contacts: [{ json: { position: 'buyer' } }, { json: { says: 'shouts' }, breaks: true }],
  tickets: [
    { json: { priority: 'high' } },
    { json: { minutes: 5 }, sets: ['minutes'] },
    { json: { status: 'closed' }, breaks: true },
  ],
}

const patching =
  (kind: Kind): Row =>
  (tester, which, draw) => {
    const sent = draw.pick(patches[kind.plural]!)
    const id = idOf(kind, tester, which, draw)
    return {
      path: `/${kind.plural}/${id}`,
      json: sent.json,
      headers: { 'if-match': '*' },
      expected: expectedOf(kind, 'change', tester, { sent, id }),
    }
  }

const moves: Record<string, { name: string; json: object; byPerson?: true }[]> = {
  customers: [
    { name: 'win', json: {} },
    { name: 'lapse', json: {} },
  ],
  tickets: [
    { name: 'take', json: {}, byPerson: true },
    { name: 'start', json: {} },
    { name: 'plan', json: { nextAt: '2027-03-02T09:00:00Z' } },
    { name: 'solve', json: { solution: 'Done.' } },
    { name: 'reopen', json: {} },
  ],
  alerts: [{ name: 'acknowledge', json: {} }],
}

const moving =
  (kind: Kind): Row =>
  (tester, which, draw) => {
    const { name, json } = draw.pick(
      moves[kind.plural]!.filter(({ byPerson }) => !byPerson || tester.program === undefined),
    )
    const id = idOf(kind, tester, which, draw)
    return {
      path: `/${kind.plural}/${id}/${name}`,
      json,
      expected: expectedOf(kind, name, tester, { sent: none, id }),
    }
  }

const creations: Record<string, (customerId: string) => object> = {
  customers: () => ({ name: 'New', type: 'person' }),
  contacts: (customerId) => ({ name: 'New', customerId }),
  tickets: (customerId) => ({ subject: 'New', channel: 'phone', customerId }),
}

/** Few keys, so that the table does not grow with the number of cases. */
const creating =
  (kind: Kind): Row =>
  (tester, which, draw) => {
    const customerKind = kinds.get('customer')!
    const customerId = idOf(customerKind, tester, which, draw)
    const json = creations[kind.plural]!(customerId)
    const above = expectedOf(customerKind, 'read', tester, { sent: none, id: customerId })
    const isFiled = kind.filedUnder !== undefined
    const sent: Sent = { json, breaks: isFiled && above !== 'ok' }
    const key: Record<string, string> =
      which === 'random' ? {} : { 'idempotency-key': `${kind.name} ${which} ${draw.below(2)}` }
    return {
      path: `/${kind.plural}`,
      json,
      headers: isFiled ? key : { 'idempotency-key': 'one' },
      expected: expectedOf(kind, 'create', tester, { sent }),
    }
  }

/** What is done with no record of a kind: whether one may, and what comes then. */
const may = (tester: Tester, operation: OperationName, scope?: string): boolean =>
  tester.program === undefined
    ? mayDo(company, tester.roles, operation)
    : scope !== undefined && tester.scopes!.includes(scope)

/** Whose absences: one's own (a program has none), somebody else's, nobody's. */
const absences =
  (method: 'GET' | 'POST' | 'DELETE'): Row =>
  (tester, which) => {
    const id = { own: tester.person ?? 'anna', foreign: 'olena', random: 'nobody-of-us' }[which]
    const scope = method === 'GET' ? 'absences:read' : 'absences:write'
    const isAllowed = tester.person === id || may(tester, 'plan-absences', scope)
    const expected = isAllowed ? (which === 'random' || method === 'DELETE' ? 404 : 'ok') : 403
    const path = `/people/${id}/absences`
    if (method === 'DELETE') return { path: `${path}/abs_00000000000000000000000000`, expected }
    if (method === 'GET') return { path, expected }
    const json = { from: '2027-03-10T00:00:00Z', until: '2027-03-11T00:00:00Z' }
    return { path, json, headers: { 'idempotency-key': `absence ${id}` }, expected }
  }

const rowsOf = (): Record<string, Row> => {
  const kind = (name: string): Kind => kinds.get(name)!
  const rows: Record<string, Row> = {
    'POST /leads': (tester) => ({
      path: '/leads',
      json: { name: 'Again', email: 'again@customer.example' },
      headers: { 'idempotency-key': 'lead' },
      expected: may(tester, 'post-leads', 'leads:write') ? 'ok' : 403,
    }),
    'POST /leads/{id}/activities': (tester, which, draw) => {
      const id = idOf(kind('lead'), tester, which, draw)
      const isBroken = draw.chance(0.3)
      const sent = { json: undefined, breaks: isBroken }
      const expected = expectedOf(kind('lead'), 'activity', tester, { sent, id })
      return {
        path: `/leads/${id}/activities`,
        json: isBroken ? { what: 'sing' } : { what: 'note', text: 'Seen.' },
        headers: { 'idempotency-key': `activity ${isBroken}` },
        // An activity says who spoke with the customer.
        expected: tester.program === undefined ? expected : 403,
      }
    },
    'GET /people/{id}/absences': absences('GET'),
    'POST /people/{id}/absences': absences('POST'),
    'DELETE /people/{id}/absences/{absenceId}': absences('DELETE'),
    'GET /quarantine': (tester) => ({
      path: '/quarantine',
      expected: may(tester, 'review-quarantine') ? 'ok' : 403,
    }),
    'POST /quarantine/{id}/restore': (tester) => ({
      path: `/quarantine/sub_00000000000000000000000000/restore`,
      json: {},
      expected: may(tester, 'review-quarantine') ? 404 : 403,
    }),
    'GET /keys': (tester) => ({ path: '/keys', expected: may(tester, 'manage-keys') ? 'ok' : 403 }),
    'POST /keys': (tester) => ({
      path: '/keys',
      json: { program: tester.name, scopes: ['leads:read'] },
      headers: { 'idempotency-key': 'key' },
      expected: may(tester, 'manage-keys') ? 'ok' : 403,
    }),
    'DELETE /keys/{id}': (tester) => ({
      path: '/keys/000000000000',
      expected: may(tester, 'manage-keys') ? 404 : 403,
    }),
    'GET /denials': (tester) => ({ path: '/denials', expected: may(tester, 'read-denials') ? 'ok' : 403 }),
  }
  for (const each of ['customer', 'contact', 'ticket', 'lead', 'alert'].map(kind)) {
    const all = `/${each.plural}`
    rows[`GET ${all}`] = reading(each, undefined)
    rows[`GET ${all}/{id}`] = reading(each, '')
    rows[`GET ${all}/{id}/history`] = reading(each, '/history')
    if (creations[each.plural]) rows[`POST ${all}`] = creating(each)
    if (patches[each.plural]) rows[`PATCH ${all}/{id}`] = patching(each)
    if (moves[each.plural]) rows[`POST ${all}/{id}/{transition}`] = moving(each)
  }
  return rows
}

test('every route that asks who calls has a row', () => {
  const asking = routes.filter(({ isOpen }) => !isOpen).map(({ route }) => route)
  expect(Object.keys(rowsOf()).toSorted()).toEqual(asking.toSorted())
})

async function ask({ route, tester, path, json, headers }: Case): Promise<number> {
  const {
    status,
    text,
    json: said,
  } = await cloud.request(path, {
    method: route.split(' ')[0]!,
    headers: { authorization: `Bearer ${credentials.get(tester.name)!}`, ...headers },
    ...(json !== undefined && { json }),
  })
  const [, plural = ''] = path.split(/[/?]/)
  const kind = [...kinds.values()].find((each) => each.plural === plural)
  if (kind && status === 200 && route === `GET /${plural}`)
    for (const { id } of said[plural] as { id: string }[])
      if (stored.has(id)) {
        const grant = grantFor(tester, kind, company)
        const right = mayReach({ worker: tester, grant, company }, { kind, operation: 'read' }, placeOf(id))
        expect(right, `seed ${seed}: ${tester.name} is shown ${id}`).toEqual({ may: true })
      }
  if (status >= 500) throw new Error(`seed ${seed}: ${status} ${text}`)
  return status
}

const isAs = (expected: Expected, status: number): boolean => {
  if (expected === 'ok') return status < 300 || status === 409
  if (expected === 'refused') return status >= 400
  return status === expected
}

/** Asks several at once, and says which answers are other than they must be. */
async function askAll(cases: readonly Case[], succeeded?: Set<string>): Promise<void> {
  let next = 0
  const wrong: string[] = []
  const lane = async (): Promise<void> => {
    for (let at = next++; at < cases.length; at = next++) {
      const one = cases[at]!
      const status = await ask(one)
      if (!isAs(one.expected, status)) wrong.push(`${told(one)}: ${status}`)
      if (status < 300) succeeded?.add(pairOf(one))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  expect(wrong.slice(0, 20), `seed ${seed}: ${wrong.length} answers`).toEqual([])
}

const pairOf = ({ route, tester }: Pick<Case, 'route' | 'tester'>): string => `${tester.name} ${route}`
const told = ({ route, tester, path, json, expected }: Case): string =>
  `${tester.name} ${route.split(' ')[0]} ${path} ${JSON.stringify(json) ?? ''} must be ${expected}`

/** All but what tells of refusals. */
const content = async (): Promise<string> =>
  hashOf((await cloud.table.dump()).filter(({ kind }) => kind !== 'denial' && kind !== 'refusal'))

/** The fewest of these that change the table when they are asked again. */
async function guilty(cases: readonly Case[]): Promise<readonly Case[]> {
  if (cases.length <= 1) return cases
  const half = cases.slice(0, Math.ceil(cases.length / 2))
  const before = await content()
  for (const one of half) await ask(one)
  return guilty((await content()) === before ? cases.slice(half.length) : half)
}

test(
  `${total} requests are granted exactly as company/access.yaml says, and the refused change nothing`,
  { timeout: 1_200_000 },
  async () => {
    console.log(`seed ${seed}`)
    const draw = new Draw(seed)
    const rows = Object.entries(rowsOf())
    const cases: Case[] = []
    while (cases.length < total)
      for (const [route, row] of rows)
        for (const tester of testers)
          for (const which of whiches) cases.push({ route, tester, ...row(tester, which, draw) })
    const isGranted = ({ expected }: Case): boolean => expected === 'ok'
    const refused = cases.filter((one) => !isGranted(one))
    const granted = cases.filter(isGranted)
    // Both happen often enough to mean something.
    expect(Math.min(refused.length, granted.length)).toBeGreaterThan(total / 5)

    const began = performance.now()
    for (let from = 0; from < refused.length; from += batch) {
      const some = refused.slice(from, from + batch)
      const before = await content()
      await askAll(some)
      if ((await content()) !== before)
        expect((await guilty(some)).map(told), `seed ${seed}: what is refused changes nothing`).toEqual([])
    }
    const succeeded = new Set<string>()
    // What is read is judged by where records lay at first, so nothing moves them before.
    const isRead = ({ route }: Case): boolean => route.startsWith('GET ')
    await askAll(granted.filter(isRead), succeeded)
    await askAll(
      granted.filter((one) => !isRead(one)),
      succeeded,
    )
    const seconds = (performance.now() - began) / 1_000
    console.log(
      `${cases.length} cases, ${refused.length} refused, in ${seconds.toFixed(1)} s: ${Math.round(cases.length / seconds)}/s`,
    )
    const pairs = new Set(granted.map(pairOf))
    expect(
      [...pairs].filter((pair) => !succeeded.has(pair)),
      'granted, and never done',
    ).toEqual([])
  },
)

test('what is granted of what is made for it once, succeeds for every role that may', async () => {
  for (const tester of testers) {
    const as = async (path: string, request: { method?: string; json?: object }): Promise<number> =>
      (
        await cloud.request(path, {
          ...request,
          headers: { authorization: `Bearer ${credentials.get(tester.name)!}` },
        })
      ).status
    const robot = { name: tester.name, email: `robot-${tester.name}@customer.example`, _website: 'x' }
    const submission = (await cloud.postForm(robot)).json.submissionId as string
    expect(await as(`/quarantine/${submission}/restore`, { json: {} }), tester.name).toBe(
      may(tester, 'review-quarantine') ? 200 : 403,
    )
    const key = await asAdmin('/keys', { program: `of-${tester.name}`, scopes: ['leads:read'] })
    expect(await as(`/keys/${key}`, { method: 'DELETE' }), tester.name).toBe(
      may(tester, 'manage-keys') ? 200 : 403,
    )
    const person = tester.person ?? 'anna'
    const absence = await asAdmin(`/people/${person}/absences`, {
      from: '2027-04-10T00:00:00Z',
      until: '2027-04-11T00:00:00Z',
    })
    expect(await as(`/people/${person}/absences/${absence}`, { method: 'DELETE' }), tester.name).toBe(
      tester.person !== undefined || may(tester, 'plan-absences', 'absences:write') ? 204 : 403,
    )
  }
})
