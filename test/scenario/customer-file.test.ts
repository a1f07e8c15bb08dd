import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toldTypes } from '#core/kind/customer/activity.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { fillFile } from '../fixture/long-file.ts'

/** A customer as somebody sees it who speaks with him: all of it in one file, whichever way it came. */
let cloud: Cloud
const ids = { customer: '', contact: '', ticket: '', key: '' }

const post = (path: string, json: object, user = 'anna', headers: Record<string, string> = {}) =>
  cloud.request(path, { json, user, headers })
const made = async (path: string, json: object, user?: string) => {
  const answer = await post(path, json, user)
  expect(answer.status, answer.text).toBe(201)
  return answer.json
}
const read = async (path: string, user = 'anna') => {
  const { status, text, json } = await cloud.request(path, { user })
  expect(status, text).toBe(200)
  return json
}
const asProgram = (path: string, json?: object, key = ids.key) =>
  cloud.request(path, { ...(json && { json }), headers: { authorization: `Bearer ${key}` } })

/** What follows from changes is written within two seconds. */
const projected = () => cloud.advance('2 seconds')

interface Entry {
  at: string
  kind: string
  id: string
  what?: string
}

/** Every page of a file, to the end. */
async function pagesOf(path: string, user = 'anna'): Promise<{ timeline: Entry[]; next?: string }[]> {
  const pages = []
  let after = ''
  do {
    const page = await read(`${path}${path.includes('?') ? '&' : '?'}${after}`, user)
    pages.push(page)
    after = page.next === undefined ? '' : `after=${page.next}`
  } while (after)
  return pages
}

/** What the file of the customer got by each channel: the day of 2026 says which. */
const channels = Object.fromEntries(
  toldTypes.map((what, n) => [
    what,
    `2026-${String(1 + Math.floor(n / 28)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00.000Z`,
  ]),
)

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  ids.customer = (await made('/customers', { type: 'company', name: 'Bakery Sunrise' })).id
  ids.contact = (
    await made('/contacts', { customerId: ids.customer, name: 'Olena Example', says: 'decides' })
  ).id
  const customerId = ids.customer
  ids.ticket = (
    await made('/tickets', { subject: 'No power', channel: 'phone', type: 'fault', customerId })
  ).id
  const scopes = ['customers:read', 'customers:write', 'tickets:write']
  ids.key = (await made('/keys', { program: 'telephone-system', scopes }, 'viktor')).key
  for (const [what, at] of Object.entries(channels))
    await made(`/customers/${ids.customer}/activities`, { what, at, text: `by ${what}` })
  await projected()
})
afterAll(() => cloud?.stop())

describe('the file of a customer', () => {
  test('has the record with what is derived, what is open, the people, and what happened by every channel', async () => {
    const { customer, open, timeline, next } = await read(`/customers/${ids.customer}/file`)
    expect(customer).toMatchObject({ id: ids.customer, name: 'Bakery Sunrise', openTickets: 1 })
    expect(customer.tenant).toBeUndefined()
    expect(open).toMatchObject([
      { kind: 'ticket', id: ids.ticket, title: 'No power', status: 'new', type: 'fault' },
      { kind: 'contact', id: ids.contact, title: 'Olena Example', says: 'decides' },
    ])
    expect(timeline.map(({ what }: Entry) => what)).toEqual([...toldTypes].toReversed())
    expect(timeline.at(-1)).toEqual({
      at: channels.call,
      kind: 'activity',
      id: expect.stringMatching(/^act_/) as string,
      what: 'call',
      title: 'Call',
      by: { id: 'anna', name: expect.any(String) as string },
      text: 'by call',
    })
    expect(next).toBeUndefined()
  })

  test('is paged to its end, nothing twice and nothing missing; only the first page has what stands above', async () => {
    const whole = (await read(`/customers/${ids.customer}/file`)).timeline
    for (const limit of [1, 4, 5]) {
      const pages = await pagesOf(`/customers/${ids.customer}/file?limit=${limit}`)
      expect(pages.flatMap(({ timeline }) => timeline)).toEqual(whole)
      const [first, ...further] = pages
      expect(Object.keys(first!)).toEqual(expect.arrayContaining(['customer', 'open', 'timeline', 'next']))
      expect(new Set(further.flatMap((page) => Object.keys(page)))).toEqual(new Set(['timeline', 'next']))
    }
  })

  test('is filtered by kinds of entries and by channels', async () => {
    const path = `/customers/${ids.customer}/file`
    const whats = async (query: string) =>
      (await pagesOf(`${path}?${query}`))
        .flatMap(({ timeline }) => timeline)
        .map(({ what, kind }) => what ?? kind)
    expect(await whats('what=call,email')).toEqual(['email', 'call'])
    expect(await whats('what=call,email&limit=1')).toEqual(['email', 'call'])
    expect(await whats('kinds=ticket')).toEqual([])
    expect(await whats('kinds=activity,ticket&what=sms')).toEqual(['sms'])
    const wrong = await cloud.request(`${path}?what=carrier-pigeon`, { user: 'anna' })
    expect([wrong.status, wrong.json.detail]).toEqual([
      400,
      expect.stringContaining('write some of these with commas between: call, email'),
    ])
    for (const after of [
      'x',
      'WyI5I3JlY29yZCIsIngiXQ',
      Buffer.from(JSON.stringify(['6#2027', 'cus_other'])).toString('base64url'),
    ])
      expect((await cloud.request(`${path}?after=${after}`, { user: 'anna' })).status, after).toBe(400)
  })

  test('is there for every kind that people read, and for no record that is not there', async () => {
    expect((await read(`/tickets/${ids.ticket}/file`)).ticket.subject).toBe('No power')
    expect((await read(`/contacts/${ids.contact}/file`)).contact.name).toBe('Olena Example')
    for (const path of [
      '/customers/cus_none/file',
      `/customers/${ids.ticket}/file`,
      `/tickets/${ids.customer}/file`,
    ])
      expect((await cloud.request(path, { user: 'anna' })).status, path).toBe(404)
    expect((await cloud.request('/alerts/alert_1/file', { user: 'viktor' })).status).toBe(405)
    expect((await cloud.request(`/customers/${ids.customer}/file`)).status).toBe(401)
  })

  test('shows the lines of records only to those who may read these', async () => {
    // A key without the scope of tickets.
    const { open } = (await asProgram(`/customers/${ids.customer}/file`)).json
    expect(open).toEqual([])
  })
})

describe('milestones', () => {
  const told = async (path: string, user?: string) =>
    (await read(`${path}/file?kinds=milestone`, user)).timeline.map(
      ({ what, state, title, by }: Entry & Record<string, unknown>) => [what, state, title, by],
    )
  const viktor = { id: 'viktor', name: expect.any(String) as string }

  test('tell who moved a record and to where, each once, the newest first; a filter shows them alone', async () => {
    const customerId = (await made('/customers', { type: 'company', name: 'Mile Mill' })).id
    const { id } = await made('/tickets', { subject: 'Again', channel: 'email', customerId })
    const step = async (path: string, json: object = {}) => {
      await cloud.advance('1 minute')
      const answer = await post(path, json, 'viktor')
      expect(answer.status, answer.text).toBe(200)
      return answer.json
    }
    await step(`/tickets/${id}/solve`, { solution: 'Canary-Solution' })
    const { version } = await step(`/tickets/${id}/reopen`)
    await step(`/customers/${customerId}/win`)
    await projected()
    await made(`/tickets/${id}/activities`, { what: 'note', text: 'x' })
    expect(await told(`/tickets/${id}`)).toEqual([
      ['reopen', 'working', 'Open again', viktor],
      ['solve', 'solved', 'Solve', viktor],
    ])
    expect(await told(`/customers/${customerId}`)).toEqual([['win', 'active', 'Has bought', viktor]])
    const { timeline } = await read(`/tickets/${id}/file`)
    expect(timeline.map(({ kind }: Entry) => kind)).toEqual(['activity', 'milestone', 'milestone'])
    expect(timeline[1].id).toBe(`${id}.${version}`)
    const stored = (await cloud.table.dump()).filter(({ kind }) => kind === 'milestone')
    expect(JSON.stringify(stored)).not.toContain('Canary')
    const pages = await pagesOf(`/tickets/${id}/file?limit=1`)
    expect(pages.flatMap(({ timeline: page }) => page)).toEqual(timeline)
  })

  test('are none of a lead, whose moves are activities', async () => {
    const id = (await cloud.postForm({ name: 'Lena Example', email: 'lena@mile.example' })).json.leadId
    await cloud.settle()
    for (const json of [{ what: 'close', outcome: 'lost' }, { what: 'reopen' }])
      await made(`/leads/${id}/activities`, json, 'viktor')
    const { customer } = await made(`/leads/${id}/convert`, {}, 'viktor')
    await projected()
    const whats = (await read(`/leads/${id}/file`, 'viktor')).timeline.map(({ what }: Entry) => what)
    expect(whats.toSorted()).toEqual(['close', 'convert', 'reopen'])
    for (const path of [`/leads/${id}`, `/customers/${customer.id}`])
      expect(await told(path, 'viktor'), path).toEqual([])
  })
})

describe('what people and programs tell', () => {
  test('has direction, outcome, duration, campaign and order; what is in the past lies there, what is to come is refused', async () => {
    const id = (await made('/customers', { type: 'person', name: 'Taras Example' })).id
    const told = {
      what: 'call',
      direction: 'out',
      outcome: 'reached',
      duration: 340,
      campaign: 'spring',
      order: 'N-17',
    }
    const { activity, customer } = await made(`/customers/${id}/activities`, {
      ...told,
      at: '2019-05-02T12:00:00+02:00',
    })
    expect(activity).toMatchObject({ ...told, at: '2019-05-02T10:00:00.000Z', by: 'anna' })
    expect(customer).toMatchObject({ id, version: 1 })
    await projected()
    expect((await read(`/customers/${id}`)).lastContact).toBe('2019-05-02T10:00:00.000Z')
    const soon = await post(`/customers/${id}/activities`, { what: 'call', at: '2027-03-01T09:05:00Z' })
    expect([soon.status, soon.json.detail]).toEqual([422, expect.stringContaining('not in the future')])
    // A clock that goes ahead by less than a minute.
    const ahead = await made(`/customers/${id}/activities`, {
      what: 'note',
      text: 'x',
      at: new Date(Date.parse(await cloud.now()) + 30_000).toISOString(),
    })
    expect(ahead.activity.at).toBe(await cloud.now())
    const unknown = await post(`/customers/${id}/activities`, { what: 'close' })
    expect(unknown.status).toBe(422)
    expect((await post('/customers/cus_none/activities', { what: 'note', text: 'x' })).status).toBe(404)
  })

  test('once under an Idempotency-Key', async () => {
    const id = (await made('/customers', { type: 'person', name: 'Iryna Example' })).id
    const twice = [1, 2].map(async () =>
      post(`/customers/${id}/activities`, { what: 'sms', text: 'Hi' }, 'anna', { 'idempotency-key': 'k-1' }),
    )
    const [first, second] = await Promise.all(twice)
    expect([first!.status, second!.status]).toEqual([201, 201])
    expect(second!.json.activity.id).toBe(first!.json.activity.id)
    expect((await read(`/customers/${id}/file`)).timeline).toHaveLength(1)
  })

  test('a contact with a ticket answers it, and is in the file of its customer, whose last contact follows', async () => {
    const customerId = (await made('/customers', { type: 'company', name: 'Mill' })).id
    const fields = { subject: 'Late', channel: 'email', type: 'complaint', customerId }
    const id = (await made('/tickets', fields)).id
    await post(`/tickets/${id}/take`, {})
    const missed = await made(`/tickets/${id}/activities`, { what: 'call', outcome: 'no-answer' })
    expect(missed.ticket.answeredAt).toBeUndefined()
    const letter = await made(`/tickets/${id}/activities`, {
      what: 'email',
      direction: 'in',
      text: 'Where is it?',
    })
    expect(letter.ticket.answeredAt).toBeUndefined()
    await cloud.advance('10 minutes')
    const at = await cloud.now()
    const { ticket } = await made(`/tickets/${id}/activities`, {
      what: 'call',
      direction: 'out',
      text: 'On its way',
    })
    expect(ticket).toMatchObject({
      answeredAt: at,
      status: 'new',
      ownerId: 'anna',
      next: 'solve',
    })
    await made(`/tickets/${id}/activities`, { what: 'call' })
    expect((await read(`/tickets/${id}`)).version).toBe(ticket.version)
    await projected()
    const file = await read(`/customers/${customerId}/file`)
    expect(file.customer.lastContact).toBe(at)
    expect(file.timeline).toHaveLength(4)
    expect(file.timeline.at(-1)).toMatchObject({
      what: expect.stringMatching(/call|email/) as string,
      about: { kind: 'ticket', id },
    })
    expect((await read(`/tickets/${id}/file`)).timeline).toHaveLength(4)
    const { events } = await read(`/tickets/${id}/history`)
    expect(events.filter(({ what }: Entry) => what === 'activity')).toHaveLength(4)
  })

  test('a program tells by its scope, and says whose it is', async () => {
    const path = `/tickets/${ids.ticket}/activities`
    const reading = { program: 'switchboard', scopes: ['tickets:read', 'tickets:write'] }
    const { key } = await made('/keys', reading, 'viktor')
    const own = await asProgram(path, { what: 'signal', text: 'The line was down' }, key)
    expect(own.json.activity.by).toBe('switchboard')
    const customers = await asProgram(path, { what: 'call', by: 'customer', direction: 'in' }, key)
    expect([customers.json.activity.by, customers.json.ticket.answeredAt]).toEqual(['customer', undefined])
    const anna = await asProgram(path, { what: 'call', by: 'anna', direction: 'out', duration: 61 }, key)
    expect([anna.json.activity.by, typeof anna.json.ticket.answeredAt]).toEqual(['anna', 'string'])
    expect((await asProgram(path, { what: 'call', by: 'nobody' }, key)).status).toBe(422)
    expect(
      (await asProgram(`/contacts/${ids.contact}/activities`, { what: 'note', text: 'x' }, key)).status,
    ).toBe(403)
    expect((await post(path, { what: 'call', by: 'jonas' })).status).toBe(422)
  })
})

describe('what is open work of others', () => {
  test('is left out, with what happened with it', async () => {
    const customerId = (await made('/customers', { type: 'company', name: 'Shared' })).id
    const id = (await made('/tickets', { subject: 'Secret', channel: 'email', customerId })).id
    for (const text of ['only for', 'the service desk'])
      await made(`/tickets/${id}/activities`, { what: 'note', text })
    await projected()
    // Nothing but a workflow puts a ticket into a team: it is done behind its back.
    const [item] = (await cloud.table.dump()).filter(
      (each) => each.pk === `main#${id}` && each.sk === '9#record',
    )
    const [line] = (await cloud.table.dump()).filter((each) => each.id === id && each.kind === 'ticket-line')
    const { line: _, about: __, ...whole } = item!
    await cloud.table.put({ ...whole, line: { teamId: 'service' } })
    await cloud.table.put({ ...line, line: { ...(line!.line as object), teamId: 'service' } } as never)
    await projected()
    const told = (file: { open: Entry[]; timeline: Entry[] }) =>
      [...file.open, ...file.timeline].map(({ kind }) => kind)
    expect(told(await read(`/customers/${customerId}/file`, 'olena'))).toEqual([])
    expect(told(await read(`/customers/${customerId}/file?kinds=activity`, 'olena'))).toEqual([])
    expect(told(await read(`/customers/${customerId}/file`, 'viktor'))).toEqual([
      'ticket',
      'activity',
      'activity',
    ])
    const activities = async (user: string): Promise<unknown[]> =>
      (await read(`/customers/${customerId}/history`, user)).events.filter(
        ({ what }: Entry) => what === 'activity',
      )
    expect(await activities('olena')).toEqual([])
    expect(await activities('viktor')).toHaveLength(2)
    // On a further page no line of the ticket says who has it.
    const pages = await pagesOf(`/customers/${customerId}/file?limit=1`, 'olena')
    expect(pages.map(({ timeline }) => timeline)).toEqual([[], []])
    const denied = await post(`/tickets/${id}/activities`, { what: 'note', text: 'x' }, 'olena')
    expect(denied.status).toBe(404)
  })
})

test('texts are in the table and nowhere else', async () => {
  const id = (await made('/customers', { type: 'person', name: 'Canary' })).id
  const { ticket } = ids
  await made(`/customers/${id}/activities`, { what: 'call', text: 'Canary-Words' })
  await made(`/tickets/${ticket}/activities`, { what: 'email', text: 'Canary-Words' })
  await made(`/customers/${id}/consents`, {
    channel: 'sms',
    purpose: 'service',
    state: 'given',
    source: 'link',
    proof: 'Canary-Words',
  })
  await projected()
  await read(`/customers/${id}/file`)
  expect(JSON.stringify(await cloud.table.dump())).toContain('Canary-Words')
  expect(readFileSync(join(cloud.data, 'log', 'functions.log'), 'utf8')).not.toMatch(/canary/i)
})

test('the first page of a file with 10,000 entries takes at most 4 read units, as does a further one', async () => {
  const id = (await made('/customers', { type: 'company', name: 'Everyday' })).id
  for (const subject of ['One', 'Two']) await made('/tickets', { subject, channel: 'email', customerId: id })
  await fillFile(cloud.data, { tenant: 'main', id, entries: 10_000 })
  await projected()
  const path = `/customers/${id}/file`
  await read(path)
  const unitsOf = async (asked: string) => {
    await cloud.request('/_local/cost/reset', { json: {} })
    const page = await read(asked)
    expect(page.timeline).toHaveLength(50)
    return { page, units: Number((await cloud.cost()).readUnits) }
  }
  const first = await unitsOf(path)
  expect(first.units).toBeLessThanOrEqual(4)
  expect(first.page.open).toHaveLength(2)
  expect((await unitsOf(`${path}?after=${first.page.next}`)).units).toBeLessThanOrEqual(5)
})
