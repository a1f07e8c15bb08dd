import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'

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
