import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

/* A deal on its way through the stages of its pipeline, as company/pipelines.yaml names them. */

let cloud: Cloud
let customerId: string

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00Z' })
  const { json } = await post('/customers', { type: 'company', name: 'Dnipro Sensors' })
  customerId = json.id
})
afterAll(async () => {
  await cloud.stop()
})

const post = (path: string, json: object): Promise<Answer> => cloud.request(path, { user: 'olena', json })
const patch = (path: string, json: object): Promise<Answer> =>
  cloud.request(path, { method: 'PATCH', user: 'olena', json, headers: { 'if-match': '*' } })
const read = async (path: string) => (await cloud.request(path, { user: 'olena' })).json
const opened = async (more: object = {}) =>
  (await post('/opportunities', { name: 'Monitoring', customerId, ...more })).json

test('it begins in the first stage, and follows the stage until somebody says otherwise', async () => {
  const made = await opened()
  expect(made).toMatchObject({
    pipeline: 'new-business',
    stage: 'qualified',
    probability: 10,
    forecast: 'pipeline',
    enteredStageAt: made.createdAt,
  })
  const one = `/opportunities/${made.id}`
  await cloud.advance('1 hour')
  const moved = (await patch(one, { stage: 'contract' })).json
  expect(moved).toMatchObject({ probability: 90, forecast: 'commit', enteredStageAt: moved.updatedAt })
  const own = (await patch(one, { forecast: 'omitted', probability: 20 })).json
  expect(own).toMatchObject({ forecast: 'omitted', probability: 20, enteredStageAt: moved.enteredStageAt })
  // It holds as long as it is in this stage; null gives it back.
  expect((await patch(one, { nextStep: 'Ring her.' })).json).toMatchObject({ forecast: 'omitted' })
  expect((await patch(one, { forecast: null })).json).toMatchObject({ forecast: 'commit', probability: 20 })
  expect((await patch(one, { stage: 'negotiation' })).json).toMatchObject({ probability: 75 })
  expect((await patch(one, { stage: 'contract', probability: 99 })).json).toMatchObject({ probability: 99 })
})

test.each([
  [
    { stage: 'propsal' },
    'stage',
    '"new-business" has no "propsal" among its stages; did you mean "proposal"?',
  ],
  [{ stage: 'zzz' }, 'stage', 'there are qualified, demo, proposal, negotiation, contract'],
  [{ pipeline: 'renewl' }, 'pipeline', 'there is no pipeline "renewl"; did you mean "renewal"?'],
  [{ pipeline: 'renewal' }, 'stage', 'the pipeline "renewal" has no "qualified" among its stages'],
  [{ probability: 101 }, 'probability', '100'],
  [{ lossReason: 'prce' }, 'lossReason', 'did you mean "price"?'],
  [{ enteredStageAt: '2027-03-01T08:00:00.000Z' }, 'enteredStageAt', 'cannot be set here'],
  [{ status: 'won' }, 'status', 'cannot be set here'],
])('%j is refused in words that help, and nothing has changed', async (fields, where, words) => {
  const made = await opened()
  const { status, json } = await patch(`/opportunities/${made.id}`, fields)
  expect([status, json.where]).toEqual([422, where])
  expect(json.detail).toContain(words)
  expect(await read(`/opportunities/${made.id}`)).toEqual(made)
})

test('it is lost for a reason of its pipeline, and opened again; nothing is forecast of what is decided', async () => {
  const { id } = await opened()
  const move = (name: string, json: object = {}) => post(`/opportunities/${id}/${name}`, json)
  expect((await move('lose')).json).toMatchObject({ status: 422, where: 'lossReason' })
  expect((await move('lose', { lossReason: 'unhappy' })).json.detail).toContain('"new-business" has no')
  const lost = (await move('lose', { lossReason: 'competitor', competitor: 'Acme' })).json
  expect(lost).toMatchObject({ status: 'lost', stage: 'qualified', lossReason: 'competitor' })
  expect(lost).not.toHaveProperty('probability')
  expect(lost).not.toHaveProperty('forecast')
  const again = (await move('reopen')).json
  expect(again).toMatchObject({ status: 'open', reopened: 1, probability: 10, forecast: 'pipeline' })
  expect(again).not.toHaveProperty('lossReason')
  expect(again).not.toHaveProperty('closedAt')
})

test('the customer says how many are open, for how much, and what was won last', async () => {
  const { json: customer } = await post('/customers', { type: 'person', name: 'Iryna Bondar' })
  const amount = (minor: number) => ({ customerId: customer.id, amount: { minor, currency: 'EUR' } })
  await opened(amount(50_000))
  await opened(amount(20_000))
  const { id } = await opened(amount(10_000))
  const won = (await post(`/opportunities/${id}/win`, { amount: { minor: 12_000, currency: 'EUR' } })).json
  await cloud.advance('2 seconds')
  expect(await read(`/customers/${customer.id}`)).toMatchObject({
    openOpportunities: 2,
    openAmount: [{ minor: 70_000, currency: 'EUR' }],
    won: 1,
    lastWonAt: won.closedAt,
  })
})

test('how long it was in each stage follows from its history', async () => {
  const made = await opened()
  const one = `/opportunities/${made.id}`
  await cloud.advance('2 hours')
  await patch(one, { stage: 'demo' })
  await cloud.advance('1 hour')
  await patch(one, { nextStep: 'Send the offer.' })
  await cloud.advance('4 hours')
  await patch(one, { stage: 'proposal' })
  await cloud.advance('3 hours')
  await post(`${one}/win`, {})
  await cloud.advance('2 seconds')
  const { events, opportunity } = await read(`${one}/history`)
  interface Told {
    at: string
    what: string
    fields?: { stage?: { was: string; is: string } }
  }
  const moves = (events as Told[]).flatMap(({ at, fields }) =>
    fields?.stage ? [{ at, ...fields.stage }] : [],
  )
  const starts = [made.createdAt, ...moves.map(({ at }) => at), opportunity.closedAt].map((at) =>
    Date.parse(at),
  )
  const stages = [...moves.map(({ was }) => was), opportunity.stage]
  const hours = stages.map((stage, i) => [stage, Math.round((starts[i + 1]! - starts[i]!) / 3_600_000)])
  expect(hours).toEqual([
    ['qualified', 2],
    ['demo', 5],
    ['proposal', 3],
  ])
})

describe('the work on it', () => {
  /** Its place among what a person has to do, and what it says there. */
  const entryOf = async (id: string, user = 'olena'): Promise<Record<string, unknown> | undefined> =>
    (await cloud.request('/work', { user })).json.work.find((each: { id: string }) => each.id === id)

  test('is of who makes it, due when the next step is, else when the team follows up; what is late stands on top', async () => {
    await cloud.advance({ to: '2027-03-02T08:00:00.000Z' }) // Tuesday, 10 in Kyiv
    const said = { nextStep: 'Send the offer.', nextStepBy: '2027-03-04T15:00:00.000Z' }
    const one = await opened(said)
    expect(one).toMatchObject({ ownerId: 'olena', next: 'advance', due: said.nextStepBy, ...said })
    const silent = await opened()
    expect(silent).toMatchObject({ ownerId: 'olena', next: 'advance', due: '2027-03-04T08:00:00.000Z' })
    expect(await entryOf(one.id)).toMatchObject({
      kind: 'opportunity',
      called: 'Monitoring',
      next: 'advance',
      due: said.nextStepBy,
      overdue: false,
      line: { nextStep: said.nextStep, stage: 'qualified' },
    })
    const path = `/opportunities/${one.id}`
    // Another step keeps the one before; without any the team's own time counts, and the step that is gone is not asked about.
    const next = { nextStep: 'Ring her.', nextStepBy: '2027-03-10T09:00:00.000Z' }
    expect((await patch(path, next)).json).toMatchObject({ due: next.nextStepBy, next: 'advance' })
    await cloud.advance('1 hour')
    expect((await patch(path, { nextStepBy: null })).json).toMatchObject({ due: '2027-03-04T09:00:00.000Z' })
    expect((await patch(path, next)).json.due).toBe(next.nextStepBy)
    const planned = await post(`${path}/plan`, { nextAt: '2027-03-02T10:00:00Z' })
    expect(planned.json, planned.text).toMatchObject({ next: 'follow-up', due: '2027-03-02T10:00:00.000Z' })
    expect((await post(`${path}/plan`, { nextAt: '2027-03-11T09:00:00Z' })).json.detail).toContain(
      'the next step is promised until 2027-03-10T09:00:00.000Z; plan something before it, or move "nextStepBy" first',
    )
    await cloud.advance({ to: '2027-03-02T10:01:00.000Z' })
    const { work } = (await cloud.request('/work', { user: 'olena' })).json
    expect(work[0]).toMatchObject({ overdue: true })
    const late = work.filter(({ overdue }: { overdue: boolean }) => overdue)
    expect(late.map(({ id }: { id: string }) => id)).toContain(one.id)
  })

  test('that nobody looks at is told to its owner, then to the manager, and stays; what happens with it ends that', async () => {
    await cloud.advance({ to: '2027-03-03T08:00:00.000Z' }) // Wednesday
    const more = { nextStep: 'Send the offer.', nextStepBy: '2027-03-03T09:00:00.000Z' }
    const [left, called] = [await opened(more), await opened(more)]
    await cloud.advance('1 hour')
    await cloud.advance('5 minutes')
    await cloud.settle()
    const [mail, ...others] = await cloud.mailsAbout(left.id)
    expect(others).toEqual([])
    expect(mail!.subject).toMatch(/^Потрібна ваша увага: Monitoring \(Угода\)/)
    expect(mail!.text).toMatch(/^Етап: +Need and budget are known$/m)
    expect(mail!.text).toMatch(/^Що робити далі: +Send the offer\.$/m)
    const told = { what: 'call', text: 'She wants to think about it.' }
    expect((await post(`/opportunities/${called.id}/activities`, told)).status).toBe(201)
    await cloud.advance('25 hours')
    expect((await timelineOf(cloud, left.id)).map(({ to, template }) => [template, to])).toEqual([
      ['opportunity-raised', 'olena'],
      ['opportunity-raised', 'iryna'],
    ])
    expect(await read(`/opportunities/${left.id}`)).toMatchObject({ ownerId: 'olena', raised: 2 })
    // Spoken of meanwhile, it is asked of him anew what comes next, and nobody above hears of it.
    expect((await timelineOf(cloud, called.id)).map(({ to }) => to)).toEqual(['olena', 'olena'])
  })

  test('goes to whom it is given, who is told; made for somebody it is his', async () => {
    const made = await opened({ nextStepBy: '2027-05-03T16:00:00.000Z' })
    const { status, text } = await post(`/opportunities/${made.id}/give`, { to: 'taras' })
    expect(status, text).toBe(200)
    await cloud.settle()
    expect(await entryOf(made.id)).toBeUndefined()
    expect(await entryOf(made.id, 'taras')).toMatchObject({ due: '2027-05-03T16:00:00.000Z' })
    const [mail] = await cloud.mailsAbout(made.id)
    expect(mail!.subject).toMatch(/^Тепер ваше: Monitoring \(Угода\), до пн, 3 травня, 19:00 \(Kyiv\)$/)
    const his = await opened({ ownerId: 'taras' })
    expect(his).toMatchObject({ ownerId: 'taras', createdBy: 'olena' })
    const path = `/opportunities/${his.id}`
    expect((await patch(path, { ownerId: 'olena' })).json).toMatchObject({ status: 422, where: 'ownerId' })
  })

  test('has tasks beside it, in its file', async () => {
    const { id } = await opened()
    const dueAt = '2027-05-03T16:00:00Z'
    const { json: task, text } = await post('/tasks', {
      title: 'Ask for the drawing',
      type: 'email',
      aboutId: id,
      dueAt,
    })
    expect(task, text).toMatchObject({ aboutId: id, ownerId: 'olena' })
    await cloud.advance('2 seconds')
    const { open } = await read(`/opportunities/${id}/file`)
    expect(open).toContainEqual(expect.objectContaining({ kind: 'task', id: task.id }))
  })

  test('ends with the decision, and begins anew with what is said when it is opened again', async () => {
    const made = await opened({ nextStep: 'Ring her.', nextStepBy: '2027-05-03T16:00:00.000Z' })
    const path = `/opportunities/${made.id}`
    const won = (await post(`${path}/win`, {})).json
    for (const gone of ['next', 'due', 'nextStep', 'nextStepBy']) expect(won).not.toHaveProperty(gone)
    expect(await entryOf(made.id)).toBeUndefined()
    const again = await post(`${path}/reopen`, { nextStepBy: '2027-05-04T16:00:00.000Z' })
    expect(again.json, again.text).toMatchObject({
      ownerId: 'olena',
      next: 'advance',
      due: '2027-05-04T16:00:00.000Z',
    })
    await post(`${path}/lose`, { lossReason: 'price' })
    const now = Date.parse(await cloud.now())
    const reopened = (await post(`${path}/reopen`, {})).json
    expect(Date.parse(reopened.due)).toBeGreaterThan(now)
  })
})

describe('a deal that is won wins its customer', () => {
  const asAdmin = (path: string, json: object) => cloud.request(path, { user: 'viktor', json })
  const customerOf = async (more: object = {}): Promise<string> =>
    (
      await asAdmin('/customers', {
        type: 'company',
        name: 'Western Bakery',
        teamId: 'sales-ukraine',
        ...more,
      })
    ).json.id
  const win = (id: string, more: object = {}): Promise<Answer> =>
    cloud.request(`/opportunities/${id}/win`, { user: 'olena', json: {}, ...more })
  const stored = async (id: string) => (await cloud.table.dump()).find((item) => item.id === id)!

  test('in one transaction, as done by whoever won it; one that is won stays as it is', async () => {
    const customer = await customerOf()
    const [first, second] = [await opened({ customerId: customer }), await opened({ customerId: customer })]
    expect((await stored(customer)).status).toBe('prospect')
    expect((await win(first.id)).status).toBe(200)
    // What follows later has not happened yet.
    expect(await stored(customer)).toMatchObject({ status: 'active', version: 2, updatedBy: 'olena' })
    await cloud.advance('2 seconds')
    const { events } = await read(`/customers/${customer}/history`)
    expect(events).toContainEqual(
      expect.objectContaining({
        what: 'change',
        by: expect.objectContaining({ id: 'olena' }),
        fields: { status: { was: 'prospect', is: 'active' } },
      }),
    )
    expect((await win(second.id)).status).toBe(200)
    expect(await stored(customer)).toMatchObject({ status: 'active', version: 2 })
    // Lost or opened again, a deal takes no customer back.
    await post(`/opportunities/${second.id}/reopen`, {})
    await post(`/opportunities/${second.id}/lose`, { lossReason: 'price' })
    expect(await stored(customer)).toMatchObject({ status: 'active', version: 2 })
    await post(`/customers/${customer}/lapse`, {})
    const third = await opened({ customerId: customer })
    await win(third.id)
    expect(await stored(customer)).toMatchObject({ status: 'active', version: 4 })
  })

  test('once: what is repeated answers as before, and wins no customer that has stopped buying since', async () => {
    const customer = await customerOf()
    const { id } = await opened({ customerId: customer })
    const headers = { 'idempotency-key': 'won-1' }
    const answer = await win(id, { headers })
    await post(`/customers/${customer}/lapse`, {})
    const repeated = await win(id, { headers })
    expect([repeated.status, repeated.text]).toEqual([200, answer.text])
    expect((await win(id)).status).toBe(200)
    expect(await stored(customer)).toMatchObject({ status: 'lapsed', version: 3 })
  })

  test('which others may change at the same time, and If-Match is about the deal alone', async () => {
    const customer = await customerOf()
    const { id, version } = await opened({ customerId: customer })
    const changes = Array.from({ length: 5 }, (_, i) =>
      patch(`/customers/${customer}`, { city: `Kyiv ${i}` }),
    )
    const headers = { 'if-match': `"${version}"` }
    const [won, ...changed] = await Promise.all([win(id, { headers }), ...changes])
    expect([won.status, ...changed.map(({ status }) => status)]).toEqual([200, 200, 200, 200, 200, 200])
    expect(await stored(customer)).toMatchObject({ status: 'active', version: 7 })
    const other = await opened({ customerId: await customerOf() })
    const before = await cloud.table.hash()
    expect((await win(other.id, { headers: { 'if-match': '"9"' } })).status).toBe(412)
    expect(await cloud.table.hash()).toBe(before)
  })

  test('also one that whoever wins it may not change, of whom he is shown nothing', async () => {
    const customer = await customerOf({ name: 'Hidden Works', teamId: 'sales-dach' })
    const { json: deal } = await asAdmin('/opportunities', {
      name: 'Scales',
      customerId: customer,
      ownerId: 'olena',
    })
    expect((await cloud.request(`/customers/${customer}`, { user: 'olena' })).status).toBe(404)
    const won = await win(deal.id)
    expect([won.status, won.json.status]).toEqual([200, 'won'])
    expect(won.text).not.toMatch(/Hidden|active/)
    expect(await stored(customer)).toMatchObject({ status: 'active', updatedBy: 'olena' })
  })
})
