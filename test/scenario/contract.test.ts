import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findDeclared } from '#infra/found.ts'
import { openCloud, type Answer } from '../cloud.ts'
import { lampProject } from '../fixture/lamp.ts'
import { consents, makersIn, postsOf, user, type World } from './contract-row.ts'

/** What holds of every route of the template: a route without a row here fails. */

// Filled when the cloud is open; the rows ask it only then.
const world = {} as World
const made = makersIn(world)
const { post, leadOf, lampOf, contactOf, ticketOf, submissionOf } = made
const posts = postsOf(world, made)
const { project, assembly, routes } = await lampProject()
beforeAll(async () => {
  world.cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly })
  world.customer = await made.customerOf()
})
afterAll(async () => {
  await world.cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

test('what is written by hand has all its fields itself: a refused change shows it without reading more', async () => {
  const all = (await findDeclared(project)) as { name: string; elsewhere?: object; doors?: string[] }[]
  const scattered = all.filter(({ elsewhere }) => elsewhere)
  expect(scattered.map(({ name }) => name)).toContain('lead')
  for (const { name, doors } of scattered) expect([name, doors]).toEqual([name, ['list', 'read']])
})

test('every route that takes a post has a row', () => {
  expect(Object.keys(posts).toSorted()).toEqual(
    routes.filter((route) => /^(POST|ANY) /.test(route)).toSorted(),
  )
})

describe.each(Object.entries(posts).flatMap(([route, all]) => all.map((each, n) => ({ route, n, ...each }))))(
  '$route ($n)',
  ({ route, n, at, json, other, once }) => {
    test('repeated under its key is answered the same, done once, and refused with other content', async () => {
      const path = await at()
      const headers = { 'idempotency-key': `${route} ${n}`, accept: 'application/json' }
      const send = (body: object | (() => object)) =>
        post(
          path,
          typeof body === 'function' ? (body as () => object)() : body,
          headers,
          route.includes('absences') ? 'jonas' : user,
        )
      const first = await send(json)
      expect(first.status, first.text).toBeLessThan(300)
      await world.cloud.settle()
      const before = await world.cloud.table.hash()
      const second = await send(json)
      const said = { ...(first.json as Record<string, unknown>) }
      if (once !== undefined) {
        expect(JSON.stringify(await world.cloud.table.dump())).not.toContain(said[once])
        delete said[once]
      }
      expect([second.status, second.json]).toEqual([first.status, said])
      for (const name of ['location', 'etag', 'content-type'])
        expect(second.headers.get(name), name).toBe(first.headers.get(name))
      expect(await send(other)).toMatchObject({
        status: 422,
        json: { code: 'key.reused', where: 'header Idempotency-Key' },
      })
      await world.cloud.settle()
      expect(await world.cloud.table.hash(), 'a repetition leaves no trace').toBe(before)
    })
  },
)

// What is published, and what was sent, has no state that a caller has seen.
const ofRecords = Object.entries(posts).filter(
  ([route]) => /\{id\}/.test(route) && !/people|quarantine/.test(route),
)
test.each(ofRecords.flatMap(([route, all]) => all.map((each, n) => ({ route, n, ...each }))))(
  '$route ($n) is refused to whoever has seen another state than the one that there is',
  async ({ at, json }) => {
    const path = await at()
    await world.cloud.settle()
    const before = await world.cloud.table.hash()
    const body = typeof json === 'function' ? (json as () => object)() : json
    const { status, json: told } = await post(path, body, { 'if-match': '"999"' }, user)
    expect([status, told.code]).toEqual([412, 'match.failed'])
    expect(told.current).toMatchObject({ id: path.split('/')[2] })
    await world.cloud.settle()
    expect(await world.cloud.table.hash()).toBe(before)
  },
)

/** Of each thing in an address: what there is of it that taras may not see, if anything, and what there is not. */
describe('what is there for others is answered like what is not there', () => {
  const asked = routes.filter((route) => /\{id\}/.test(route) && /^(GET|POST|PATCH|DELETE) /.test(route))
  const same = ({ status, text, headers }: Answer) => [
    status,
    headers.get('content-type'),
    headers.get('etag'),
    text.replace(/"instance":"[^"]*"/, '"instance":""'),
  ]

  test.each(asked)('%s', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    const { customer } = world
    const lead = await leadOf('foreign')
    const lamp = await lampOf()
    await post(`/lamps/${lamp}/give`, { to: 'service' })
    const mine = await lampOf()
    const ticket = await ticketOf(customer)
    await post(`/tickets/${ticket}/give`, { to: 'service' })
    // Of others, of another kind, of nobody, of no shape.
    const ids: Record<string, string[]> = {
      leads: [lead, mine, 'lead_00000000000000000000000000', 'constructor', 'x'.repeat(1_500)],
      lamps: [lamp, lead, 'lmp_00000000000000000000000000', 'constructor', 'x'.repeat(1_500)],
      streets: [lamp, mine, 'str_00000000000000000000000000', 'constructor'],
      customers: [customer, mine, 'cus_00000000000000000000000000', 'constructor', 'x'.repeat(1_500)],
      contacts: [await contactOf(customer), customer, 'con_00000000000000000000000000', 'constructor'],
      tickets: [ticket, customer, 'tkt_00000000000000000000000000', 'constructor'],
      tasks: [await made.taskOf(customer), customer, 'task_00000000000000000000000000', 'constructor'],
      meetings: [await made.meetingOf(customer), customer, 'meet_00000000000000000000000000', 'constructor'],
      files: [await made.fileOf(customer), customer, 'file_00000000000000000000000000', 'constructor'],
      opportunities: [
        await made.opportunityOf(customer),
        customer,
        'opp_00000000000000000000000000',
        'constructor',
      ],
      views: [await made.viewOf(), mine, 'view_00000000000000000000000000', 'constructor'],
      people: ['maria', 'nobody', 'constructor'],
      alerts: [await made.alertOf(), lead, 'alert_0', 'constructor'],
      keys: ['000000000000', lead],
      quarantine: [await submissionOf('hidden'), lead, 'sub_00000000000000000000000000'],
    }
    const activity: object = path.endsWith('activities') ? { what: 'note', text: 'x' } : {}
    const json = path.endsWith('consents') ? consents.json : activity
    const all = ids[path.split('/')[1] ?? '']!
    const moves = path.includes('{transition}')
      ? ['take', 'break', 'mend', 'acknowledge', 'win', 'start', 'nothing']
      : ['']
    for (const move of moves) {
      const answers = await Promise.all(
        all.map(async (id) =>
          world.cloud.request(
            path.replace('{id}', id).replace('{transition}', move).replace('{absenceId}', 'abs_1'),
            {
              method,
              user: 'taras',
              headers: { 'if-match': '"1"' },
              ...(method === 'POST' || method === 'PATCH' ? { json } : {}),
            },
          ),
        ),
      )
      const [first, ...others] = answers.map(same)
      for (const other of others) expect(other).toEqual(first)
      // Who may not ask at all is told so before anything is looked up.
      expect([403, 404]).toContain(first![0])
      if (
        /^\/(leads|lamps|streets|customers|contacts|tickets|tasks|meetings|files|opportunities|views)\//.test(
          path,
        )
      )
        expect(first![0]).toBe(404)
    }
  })
})

describe('what is sent is refused by what is wrong with it', () => {
  const wrong = async (json: unknown) => post('/lamps', json)

  test('all at once, each by its pointer, nested values and names with signs in them too', async () => {
    const answer = await wrong({
      watts: 'many',
      price: { minor: 1.5, currency: 'EUR', 'a/b~c': 1 },
      colours: ['red', 7],
      'x/y~z': 1,
      createdAt: '2027-03-01T09:00:00.000Z',
    })
    expect(answer).toMatchObject({ status: 422, json: { code: 'field.invalid' } })
    const { errors } = answer.json as { errors: { pointer: string; detail: string }[] }
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(
      [
        '/colours/1',
        '/createdAt',
        '/name',
        '/price/a~1b~0c',
        '/price/minor',
        '/watts',
        '/x~1y~0z',
      ].toSorted(),
    )
    expect(errors.every(({ detail }) => detail.length > 5)).toBe(true)
  })

  test('references to nothing, all of them', async () => {
    const lost = { name: 'x', streetId: 'str_01MG052TM0DZSKMA83Q8841A8X', electrician: 'nobody' }
    expect((await wrong(lost)).json.errors).toMatchObject([
      { pointer: '/streetId' },
      { pointer: '/electrician' },
    ])
  })

  test('what a transition needs, together with what is wrong in it', async () => {
    const { json } = await post('/lamps', { name: 'Bare' })
    const { status, json: refused } = await post(`/lamps/${json.id}/break`, { colour: 'red' })
    expect([status, refused.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      ['/colour', '/defect', '/watts'],
    ])
  })

  test('a value that another has', async () => {
    await wrong({ name: 'One', code: 'L-1' })
    expect(await wrong({ name: 'Two', code: 'l-1' })).toMatchObject({
      status: 409,
      json: { code: 'record.exists', where: 'code', errors: [{ pointer: '/code' }] },
    })
  })

  test('JSON that is no object, at every door that reads some; what is no JSON is none', async () => {
    const id = await lampOf()
    const doors: [string, string][] = [
      ['POST', '/lamps'],
      ['PATCH', `/lamps/${id}`],
      ['POST', `/lamps/${id}/take`],
      ['POST', '/leads'],
      ['POST', `/leads/${await leadOf('object')}/activities`],
      ['POST', '/people/jonas/absences'],
      ['POST', '/keys'],
      ['POST', `/quarantine/${await submissionOf('object')}/restore`],
    ]
    for (const [method, path] of doors) {
      const send = (body: string) =>
        world.cloud.request(path, {
          method,
          user,
          body,
          headers: { 'content-type': 'application/json', 'if-match': '*' },
        })
      for (const body of ['[]', 'null', '"x"', '7', 'true'])
        expect(await send(body), `${path} ${body}`).toMatchObject({
          status: 422,
          json: { code: 'field.invalid', errors: [{ pointer: '' }] },
        })
      for (const body of ['{', '{"a":}', 'name=x'])
        expect(await send(body), `${path} ${body}`).toMatchObject({
          status: 400,
          json: { code: 'input.invalid' },
        })
    }
  })

  test('a lead of a program, also beside values of a wrong type', async () => {
    const { status, json } = await post('/leads', { email: 7, employees: -1, owner: 'anna' })
    expect(status).toBe(422)
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/email',
      '/employees',
      '/owner',
    ])
    expect(await post('/leads', {})).toMatchObject({ status: 422, json: { errors: [{ pointer: '' }] } })
  })

  test('a query that cannot be read is no field: 400 with the parameter', async () => {
    const lists = routes.filter((route) =>
      /^GET \/(leads|alerts|customers|contacts|tickets|lamps|streets|quarantine)$/.test(route),
    )
    expect(lists.length).toBe(8)
    for (const route of lists)
      expect(await world.cloud.request(`${route.slice(4)}?limit=1000`, { user }), route).toMatchObject({
        status: 400,
        json: { code: 'input.invalid', where: 'limit', errors: [{ parameter: 'limit' }] },
      })
  })
})
