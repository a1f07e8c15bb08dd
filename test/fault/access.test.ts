import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scopesOf } from '#core/access/scope.ts'
import { alertKind, newAlert } from '#core/kind/system/alert.ts'
import { toItem, type Item, type Line } from '#core/record/item.ts'
import { findVocabulary } from '#infra/found.ts'
import { readCompanyFiles } from '../../cli/file.ts'
import type { Template } from '../assembly.ts'
import { changedNorthwind, edit } from '../changed-northwind.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { exampleFile, sendBytes } from '../fixture/stored-file.ts'
import { Draw } from '../random.ts'
import { Oracle, rowsOf, whiches, type Case, type Expected, type Tester } from './access-row.ts'

/**
 * Every route × every role × what is his own, what is somebody else's and what is not there: granted is exactly what the
 * pure `grantFor` and `mayReach` say, what is refused leaves the table as it was but for the record of the attempt, and what is
 * granted succeeds. A route without a row fails. The seed is printed; HOLDFAST_SEED repeats it, HOLDFAST_CASES asks more.
 *
 * Seen to fail with the protection switched off: `requireRight` that asks for reading only (403 expected, 200 found), records
 * judged without their file (404 expected for a contact), a PATCH that writes before it judges (the table changed), views that
 * all see (404 expected, 200 found).
 */

const seed = Number(process.env.HOLDFAST_SEED)
const total = Number(process.env.HOLDFAST_CASES ?? 20_000)
const atOnce = 16
/** After so many refused requests the table is looked at. */
const batch = 2_000

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
      default: { read: all, create: all, change: own, do: { take: team, win: own, acknowledge: own, activity: own, convert: own, consent: team }, upTo: confidential }
  regional:
    title: Looks after a region
    kinds:
      default: { read: territory, create: none, change: territory, do: own, upTo: internal }
`
const testers: Tester[] = Object.entries(people).map(([name, roles]) => ({ name, person: name, roles }))

let cloud: Cloud
let oracle: Oracle
let routes: { route: string; isOpen: boolean }[]
const credentials = new Map<string, string>()
const stored = new Map<string, Item>()
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
  const { kinds } = await findVocabulary()
  oracle = new Oracle({ company: readCompanyFiles(project)!, kinds, stored, ids })
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
  const scopes = Object.keys(scopesOf(oracle.kinds.values()))
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
    // Nobody is given what he may not read.
    const ownerId = people[name]?.length ? name : 'olena'
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
    const task = await asAdmin('/tasks', {
      title: `Of ${name}`,
      type: 'call',
      aboutId: customer,
      ownerId,
      dueAt: '2027-05-01T09:00:00Z',
    })
    const meeting = await asAdmin('/meetings', {
      title: `Of ${name}`,
      type: 'online',
      customerId: customer,
      ownerId,
      startsAt: '2027-05-01T09:00:00Z',
      endsAt: '2027-05-01T10:00:00Z',
    })
    const deal = { name: `Of ${name}`, customerId: customer, ownerId }
    const opportunity = await asAdmin('/opportunities', deal)
    const fileOf = async () => asAdmin('/files', { aboutId: customer, ...exampleFile })
    const [file, upload, content] = [await fileOf(), await fileOf(), await fileOf()]
    await sendBytes(cloud, content, { user: 'role-admin' })
    const lead = await asAdmin('/leads', { name: `Of ${name}`, email: `${name}@customer.example` })
    const alert = newAlert({
      tenant: 'main',
      cause: `overdue.${name}`,
      at: '2027-03-01T09:00:00.000Z',
      what: 'overdue',
      text: '-',
    })
    await cloud.table.put(toItem(alertKind, alert))
    const made = {
      customers: customer,
      contacts: contact,
      tickets: ticket,
      tasks: task,
      meetings: meeting,
      files: file,
      // Of what is removed there are no addresses.
      upload,
      content,
      opportunities: opportunity,
      leads: lead,
      alerts: alert.id,
    }
    for (const [plural, id] of Object.entries(made)) ids.set(`${name} ${plural}`, id)
    ids.set(`${name} views`, await viewBy(name === 'foreign' ? ownerId : name, false))
    await cloud.settle()
    // Whoever was routed has it no more.
    const found = (await cloud.table.dump()).find((item) => item.id === lead && item.kind === 'lead')!
    const { ownerId: _, teamId: __, queueId: ___, about: ____, line, ...item } = found
    const { queueId: _____, ...rest } = line as Line
    await cloud.table.put({ ...item, line: { ...rest, ownerId, teamId } })
  }
  ids.set('shared views', await viewBy('olena', true))
  // That a key is used is written down once an hour.
  for (const credential of credentials.values())
    await cloud.request('/leads?limit=1', { headers: { authorization: `Bearer ${credential}` } })
  await cloud.settle()
  const known = new Set(ids.values())
  for (const item of await cloud.table.dump()) {
    const isRecord = oracle.kinds.has(item.kind) && typeof item.id === 'string' && known.has(item.id)
    if (isRecord) stored.set(item.id as string, item)
  }
  expect(stored.size).toBe(known.size)
}

/** A view that somebody has made, also one whose role makes none. */
async function viewBy(createdBy: string, isShared: boolean): Promise<string> {
  const id = await asAdmin('/views', { name: `Of ${createdBy}`, listOf: 'customer', isShared })
  const made = (await cloud.table.dump()).find((item) => item.id === id && item.kind === 'view')!
  const { line, ...item } = made
  await cloud.table.put({ ...item, line: { ...(line as Line), createdBy } })
  return id
}

test('every route that asks who calls has a row', () => {
  const asking = routes.filter(({ isOpen }) => !isOpen).map(({ route }) => route)
  expect(Object.keys(rowsOf(oracle)).toSorted()).toEqual(asking.toSorted())
})

async function ask({ route, tester, path, json, headers }: Case): Promise<{ status: number; text: string }> {
  const {
    status,
    text,
    json: said,
  } = await cloud.request(path, {
    method: route.split(' ')[0]!,
    headers: { authorization: `Bearer ${credentials.get(tester.name)!}`, ...headers },
    ...(json !== undefined && { json }),
  })
  if (status === 200 && route.startsWith('GET '))
    for (const id of recordsIn(said).filter((each) => stored.has(each)))
      expect(
        oracle.mayRead(tester, oracle.kinds.get(stored.get(id)!.kind)!, id),
        `seed ${seed}: ${tester.name} is shown ${id} by ${path}`,
      ).toBe(true)
  if (status >= 500) throw new Error(`seed ${seed}: ${status} ${text}`)
  return { status, text }
}

/** Ids of whatever an answer shows. */
function recordsIn(said: unknown): string[] {
  if (typeof said !== 'object' || said === null) return []
  const own = 'id' in said && typeof said.id === 'string' ? [said.id] : []
  return [...own, ...Object.values(said).flatMap(recordsIn)]
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
      const { status, text } = await ask(one)
      if (!isAs(one.expected, status)) wrong.push(`${told(one)}: ${status} ${text.slice(0, 200)}`)
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
const content = (): Promise<string> => cloud.table.hash('refusal', 'denial')

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
    const rows = Object.entries(rowsOf(oracle))
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
    // A lead that is converted is closed, so that nobody gives it any more.
    const isLast = ({ route }: Case): boolean => route === 'POST /leads/{id}/convert'
    const writes = granted.filter((one) => !isRead(one))
    await askAll(
      writes.filter((one) => !isLast(one)),
      succeeded,
    )
    await askAll(writes.filter(isLast), succeeded)
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
      oracle.may(tester, 'review-quarantine') ? 200 : 403,
    )
    const key = await asAdmin('/keys', { program: `of-${tester.name}`, scopes: ['leads:read'] })
    expect(await as(`/keys/${key}`, { method: 'DELETE' }), tester.name).toBe(
      oracle.may(tester, 'manage-keys') ? 200 : 403,
    )
    const person = tester.person ?? 'anna'
    const absence = await asAdmin(`/people/${person}/absences`, {
      from: '2027-04-10T00:00:00Z',
      until: '2027-04-11T00:00:00Z',
    })
    expect(await as(`/people/${person}/absences/${absence}`, { method: 'DELETE' }), tester.name).toBe(
      tester.person !== undefined || oracle.may(tester, 'plan-absences', 'absences:write') ? 204 : 403,
    )
  }
})

test('what somebody keeps for himself is not there for others, whatever their role', async () => {
  const kept = await viewBy('olena', false)
  const shared = await viewBy('olena', true)
  const customers = oracle.kinds.get('customer')!
  for (const tester of testers) {
    const ask = (path: string, json?: object, method = json ? 'POST' : 'GET') =>
      cloud.request(path, {
        method,
        ...(json && { json }),
        headers: { authorization: `Bearer ${credentials.get(tester.name)!}`, 'if-match': '*' },
      })
    const statuses = async (id: string): Promise<number[]> => {
      const answers = [
        await ask(`/views/${id}`),
        await ask(`/views/${id}/history`),
        await ask(`/views/${id}`, { name: 'Mine' }, 'PATCH'),
        await ask(`/views/${id}/drop`, {}),
        await ask(`/customers?view=${id}`),
      ]
      return answers.map(({ status }) => status)
    }
    const unheardOf = await statuses('view_00000000000000000000000000')
    expect(await statuses(kept), tester.name).toEqual(unheardOf)
    const { status, text } = await ask('/views?limit=100')
    if (status === 403) continue
    expect(unheardOf[0], tester.name).toBe(404)
    expect(text, tester.name).not.toContain(kept)
    expect(text, tester.name).toContain(shared)
    const mayList = oracle.expectedOf(customers, 'read', tester, { sent: { json: undefined } }) === 'ok'
    expect((await ask(`/customers?view=${shared}`)).status, tester.name).toBe(mayList ? 200 : 403)
  }
})
