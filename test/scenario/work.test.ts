import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'
import { timelineOf } from './reading.ts'

/** What people have to do for themselves and for each other, beside what workflows give them, and all of it as one list. */
const start = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start })
})
afterAll(() => cloud?.stop())

const call = (path: string, json: object, user = 'anna') => cloud.request(path, { json, user })
const read = async (path: string, user = 'anna') => (await cloud.request(path, { user })).json
async function made(path: string, json: object, user = 'anna'): Promise<string> {
  const { status, text, json: record } = await call(path, json, user)
  expect(status, text).toBe(201)
  await cloud.settle()
  return `${path}/${record.id}`
}
const task = (dueAt: string, more: object = {}) => ({ title: 'Call the mill', type: 'call', dueAt, ...more })
const idOf = (path: string): string => path.split('/')[2]!
const mailOf = (person: string): string => northwind.people[person as keyof typeof northwind.people]!.email

/** What a customer's file tells; what follows from a change is written together, a second later. */
async function eventsOf(customerId: string): Promise<object[]> {
  await cloud.advance('2 seconds')
  return (await read(`/customers/${customerId}/history`)).events
}

interface Entry {
  kind: string
  id: string
  called: string
  next: string
  due: string
  overdue: boolean
  lateSince?: string
  url: string
  line: Record<string, unknown>
}
const work = async (query = '', user = 'anna'): Promise<Entry[]> => (await read(`/work${query}`, user)).work

describe('a task', () => {
  test('is of who makes it, due when he says, without a workflow or an alert', async () => {
    const path = await made('/tasks', task('2027-03-01T15:00:00+01:00'))
    expect(await read(path)).toMatchObject({
      status: 'open',
      ownerId: 'anna',
      next: 'do',
      due: '2027-03-01T14:00:00.000Z',
    })
    await cloud.advance('30 minutes')
    expect(await cloud.mailsAbout(idOf(path))).toEqual([])
    const done = await call(`${path}/finish`, { outcome: 'They want two.' })
    expect(done.json, done.text).toMatchObject({ status: 'done', doneAt: expect.any(String) })
    expect(done.json.due).toBeUndefined()
    const again = await call(`${path}/reopen`, { dueAt: '2027-03-02T10:00:00Z' })
    expect(again.json, again.text).toMatchObject({
      ownerId: 'anna',
      next: 'do',
      due: '2027-03-02T10:00:00.000Z',
    })
    expect(again.json.doneAt ?? again.json.queueId).toBeUndefined()
    expect((await call(`${path}/drop`, {})).json.status).toBe('dropped')
  })

  test('of somebody else is told to whom it is given, by what it says', async () => {
    const customerId = idOf(await made('/customers', { type: 'company', name: 'Eastern Mill' }))
    const path = await made('/tasks', task('2027-03-01T15:00:00Z', { ownerId: 'olena', aboutId: customerId }))
    expect(await read(path)).toMatchObject({ ownerId: 'olena', updatedBy: 'anna' })
    const [mail, ...others] = await cloud.mailsAbout(idOf(path))
    expect(others).toEqual([])
    expect(mail!.to).toEqual([mailOf('olena')])
    expect(mail!.subject).toMatch(/^Тепер ваше: Call the mill \(Завдання\), до 17:00/)
    expect(mail!.text).toMatch(/^Щодо: +Eastern Mill$/m)
    expect(mail!.text).toMatch(/^Вид: +подзвонити$/m)
    expect(mail!.html).toContain(`/open${path}`)
    expect(await eventsOf(customerId)).toContainEqual(
      expect.objectContaining({ kind: 'task', id: idOf(path), called: 'Call the mill' }),
    )
  })

  test.each([
    [{ ownerId: 'olana' }, 'ownerId', 'did you mean "olena"?'],
    [{ ownerId: 'taras' }, 'ownerId', 'is away until 2027-04-01'],
    [
      { aboutId: 'cus_0' },
      'aboutId',
      'there is no customer or contact or lead or opportunity or ticket or meeting "cus_0"',
    ],
    [{ dueAt: undefined }, 'dueAt', 'is missing'],
    [{ teamId: 'service' }, 'teamId', 'cannot be set here'],
  ])('with %j is refused, and nothing is there', async (more, where, words) => {
    await cloud.addAbsence('taras', 'viktor', { from: start, until: '2027-04-01T00:00:00Z' })
    const before = await cloud.table.hash()
    const { status, json } = await call('/tasks', task('2027-03-01T15:00:00Z', more))
    expect([status, json.where]).toEqual([422, where])
    expect(json.detail).toContain(words)
    expect(await cloud.table.hash()).toBe(before)
  })

  test('of a program names somebody, or waits in the queue of what is new', async () => {
    const { json: key } = await call('/keys', { program: 'shop', scopes: ['tasks:write'] }, 'viktor')
    const headers = { authorization: `Bearer ${key.key}` }
    const post = (more: object) =>
      cloud.request('/tasks', { json: task('2027-03-05T15:00:00Z', more), headers })
    expect((await post({ ownerId: 'anna' })).json).toMatchObject({ ownerId: 'anna', next: 'do' })
    expect((await post({})).json).toMatchObject({ queueId: 'intake', next: 'take' })
  })

  test('that is overdue is told to its owner, then to his manager, and stays with him', async () => {
    await cloud.advance({ to: '2027-03-01T12:00:00.000Z' })
    const path = await made('/tasks', task('2027-03-01T13:00:00Z'))
    const moved = await made('/tasks', task('2027-03-01T13:00:00Z'))
    const put = {
      method: 'PATCH',
      headers: { 'if-match': '*' },
      json: { dueAt: '2027-03-09T09:00:00Z' },
      user: 'anna',
    }
    expect((await cloud.request(moved, put)).json.due).toBe('2027-03-09T09:00:00.000Z')
    await cloud.advance('26 hours')
    const timeline = await timelineOf(cloud, idOf(path))
    expect(timeline.map(({ to, template }) => `${template} ${to}`)).toEqual([
      'task-raised anna',
      'task-raised maria',
    ])
    expect(timeline[0]!.at).toBe('2027-03-01T13:05:00.000Z')
    expect(await read(path)).toMatchObject({ ownerId: 'anna', next: 'do', raised: 2 })
    expect(await timelineOf(cloud, idOf(moved))).toEqual([])
    const before = (await work()).map(({ id, overdue, lateSince, due }) => [id, overdue, lateSince, due])
    // Due again a business day later, for the next level, and late all the same.
    expect(before).toContainEqual([
      idOf(path),
      true,
      '2027-03-01T13:00:00.000Z',
      expect.stringMatching(/^2027-03-03T13:/),
    ])
    expect((await call(`${path}/finish`, {})).json.status).toBe('done')
  })
})

test('a meeting ends after it begins, names who exists, and is asked about when it is over', async () => {
  await cloud.advance({ to: '2027-03-03T08:00:00.000Z' })
  const customerId = idOf(await made('/customers', { type: 'company', name: 'Southern Farm' }))
  const contactId = idOf(await made('/contacts', { customerId, name: 'Olga Reed' }))
  const day = (await cloud.now()).slice(0, 10)
  const planned = {
    title: 'Offer',
    type: 'online',
    customerId,
    contactIds: [contactId],
    colleagueIds: ['jonas'],
    link: 'https://meet.northwind.example/offer',
    startsAt: `${day}T10:00:00Z`,
    endsAt: `${day}T11:00:00Z`,
    agenda: 'Prices',
  }
  const refused = async (more: object) => (await call('/meetings', { ...planned, ...more })).json.where
  expect(await refused({ endsAt: `${day}T09:00:00Z` })).toBe('endsAt')
  expect(await refused({ contactIds: [contactId, 'con_0'] })).toBe('contactIds')
  expect(await refused({ colleagueIds: ['jona'] })).toBe('colleagueIds')

  const path = await made('/meetings', planned)
  expect(await read(path)).toMatchObject({ ownerId: 'anna', next: 'meet', due: `${day}T11:00:00.000Z` })
  await cloud.advance({ to: `${day}T10:45:00.000Z` })
  expect(await cloud.mailsAbout(idOf(path)), 'nobody is disturbed in it').toEqual([])
  await cloud.advance({ to: `${day}T11:10:00.000Z` })
  const [mail] = await cloud.mailsAbout(idOf(path))
  expect(mail!.to).toEqual([mailOf('anna')])
  expect(mail!.text).toMatch(/^Customer: +Southern Farm$/m)
  expect((await call(`${path}/hold`, {})).json.where).toBe('outcome')
  expect((await call(`${path}/hold`, { outcome: 'They buy.' })).json).toMatchObject({ status: 'held' })
  const missed = await made('/meetings', planned)
  expect((await call(`${missed}/miss`, {})).json.status).toBe('no-show')
  expect(await eventsOf(customerId)).toContainEqual(
    expect.objectContaining({ kind: 'meeting', status: 'no-show' }),
  )
})

describe('what one has to do, over all kinds', () => {
  test('comes overdue first, page by page, each entry once, with what the index says and where to read it', async () => {
    const day = (await cloud.now()).slice(0, 10)
    const { leadId } = (await cloud.postForm({ name: 'Waiting', email: 'w@customer.example' })).json
    await cloud.settle()
    expect((await cloud.addActivity(leadId, 'james', { what: 'take' })).status).toBe(201)
    const dues = ['15:00', '09:00', '15:00', '16:00', '15:00', '10:00']
    const paths: string[] = []
    for (const at of dues) paths.push(await made('/tasks', task(`${day}T${at}:00Z`), 'james'))
    const all = await work('', 'james')
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['lead', ...dues.map(() => 'task')])
    expect(all.map(({ due }) => due)).toEqual(all.map(({ due }) => due).toSorted())
    expect(all.map(({ overdue }) => overdue)).toEqual([true, true, ...all.slice(2).map(() => false)])
    const first = all[0]!
    expect(first).toEqual({
      kind: 'task',
      id: idOf(paths[1]!),
      called: 'Call the mill',
      next: 'do',
      due: `${day}T09:00:00.000Z`,
      overdue: true,
      lateSince: `${day}T09:00:00.000Z`,
      url: paths[1],
      line: expect.objectContaining({ status: 'open', type: 'call', ownerId: 'james' }),
    })
    for (const { url, id } of all) expect((await read(url, 'james')).id).toBe(id)

    const pages: string[] = []
    for (let query = '?limit=2'; query;) {
      const page = await read(`/work${query}`, 'james')
      pages.push(...page.work.map(({ id }: Entry) => id))
      query = page.next ? `?limit=2&after=${page.next}` : ''
    }
    expect(pages).toEqual(all.map(({ id }) => id))
    expect((await work('?kind=lead', 'james')).map(({ id }) => id)).toEqual([leadId])
    // A colleague of his team, his manager, and somebody of another team.
    for (const [user, count] of [
      ['selin', 7],
      ['priya', 7],
      ['olena', 0],
    ] as const)
      expect(await work('?owner=james', user), user).toHaveLength(count)
  })

  test('has what lies in the queues that one watches, and any of them for whoever may', async () => {
    const customerId = idOf(await made('/customers', { type: 'company', name: 'Western Bakery' }, 'greta'))
    const ticket = { customerId, subject: 'It blinks', channel: 'email' }
    const path = await made('/tickets', ticket, 'greta')
    await call(`${path}/give`, { to: 'queue:service' }, 'viktor')
    await cloud.settle()
    for (const watcher of ['greta', 'oksana'])
      expect((await work('', watcher)).map(({ url }) => url)).toContain(path)
    expect((await work('', 'hannah')).map(({ url }) => url)).not.toContain(path)
    for (const user of ['hannah', 'viktor'])
      expect((await work('?queue=service', user)).map(({ url }) => url)).toEqual([path])
    expect(await work('?queue=service', 'anna'), 'of another team').toEqual([])
  })

  test.each([
    ['/work?owner=jame', 'james', 400, 'did you mean "james"?'],
    ['/work?queue=servise', 'james', 400, 'did you mean "service"?'],
    ['/work?kind=customer', 'james', 400, 'write one of lead, opportunity, meeting, task, ticket'],
    ['/work?kind=lead', 'hannah', 403, 'agent'],
    ['/work?owner=anna&queue=service', 'james', 400, 'one of owner and queue'],
    ['/work?after=eyJwIjoxfQ', 'james', 400, 'no page of this list'],
    ['/work?state=open', 'james', 400, 'is not known here'],
    ['/work', 'sofia', 403, 'no role'],
  ])('%s for %s is refused with %i', async (path, user, status, words) => {
    const answer = await cloud.request(path, { user })
    expect([answer.status, answer.json.detail]).toEqual([status, expect.stringContaining(words)])
  })

  test('of a program is what it asks for, of the kinds that its key may read', async () => {
    const { json: key } = await call('/keys', { program: 'wall', scopes: ['tasks:read'] }, 'viktor')
    const get = (path: string) => cloud.request(path, { headers: { authorization: `Bearer ${key.key}` } })
    expect((await get('/work')).json.detail).toContain('ask for owner or queue')
    const { json } = await get('/work?owner=james')
    expect(json.work.map(({ kind }: Entry) => kind)).toEqual(Array.from({ length: 6 }, () => 'task'))
    expect((await cloud.request('/work')).status).toBe(401)
  })
})
