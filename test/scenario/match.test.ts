import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { lampProject } from '../fixture/lamp.ts'

/** Who changes a record says which state he means; who reads it again is told when nothing is new. */

let cloud: Cloud
let project: string
beforeAll(async () => {
  const built = await lampProject()
  project = built.project
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: built.assembly })
})
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

type Headers = Record<string, string>
const user = 'viktor'
const read = (path: string, headers: Headers = {}) => cloud.request(path, { user, headers })
const post = (path: string, json: unknown, headers: Headers = {}) =>
  cloud.request(path, { json, user, headers })
const patch = (path: string, json: unknown, headers: Headers = {}) =>
  cloud.request(path, { method: 'PATCH', json, user, headers })
const made = async (json: object, path = '/lamps'): Promise<string> => {
  const { status, text, json: said } = await post(path, json)
  expect(status, text).toBe(201)
  return `${path}/${said.id}`
}
const etag = ({ headers }: Answer) => headers.get('etag')

describe('a state', () => {
  test('has a tag, which every answer about it carries, and of which GET is told nothing new', async () => {
    const created = await post('/lamps', { name: 'Corner' })
    expect(etag(created)).toBe('"1"')
    const lamp = `/lamps/${created.json.id}`
    expect(etag(await read(lamp))).toBe('"1"')
    for (const tags of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      const known = await read(lamp, { 'if-none-match': tags })
      expect([known.status, known.text, etag(known)], tags).toEqual([304, '', '"1"'])
    }
    expect((await read(lamp, { 'if-none-match': '"2"' })).status).toBe(200)
    const changed = await patch(lamp, { watts: 5 }, { 'if-match': '"1"' })
    expect([changed.status, etag(changed), changed.json.version]).toEqual([200, '"2"', 2])
    expect((await read(lamp, { 'if-none-match': '"1"' })).json).toMatchObject({ watts: 5 })
    expect(etag(await post(`${lamp}/break`, { defect: 'dark' }))).toBe('"3"')
    expect(await read(lamp, { 'if-none-match': 'three' })).toMatchObject({
      status: 400,
      json: { code: 'input.invalid', where: 'header If-None-Match' },
    })
  })

  test('that shows what is computed of others has another tag when that changes, and is changed all the same', async () => {
    const street = await made({ name: 'Long' }, '/streets')
    await cloud.advance('2 seconds')
    const before = etag(await read(street))!
    await made({ name: 'First', streetId: street.slice('/streets/'.length) })
    await cloud.advance('2 seconds')
    const after = await read(street, { 'if-none-match': before })
    expect(after).toMatchObject({ status: 200, json: { version: 1, lamps: 1 } })
    expect(etag(after)).not.toBe(before)
    expect((await read(street, { 'if-none-match': etag(after)! })).status).toBe(304)
    expect((await patch(street, { name: 'Longer' }, { 'if-match': before })).status).toBe(200)
    const late = await patch(street, { name: 'Longest' }, { 'if-match': before })
    const now = await read(street)
    expect(late).toMatchObject({ status: 412, json: { current: now.json } })
    expect(now.json).toMatchObject({ name: 'Longer', lamps: 1 })
    expect(etag(late)).toBe(etag(now))
  })
})

describe('a change of fields', () => {
  test('that names no state is refused, and changes nothing', async () => {
    const lamp = await made({ name: 'Door' })
    for (const headers of [{}, { 'if-match': ' ' }] as Headers[])
      expect(await patch(lamp, { name: 'Gate' }, headers)).toMatchObject({
        status: 428,
        json: { code: 'match.missing', where: 'header If-Match' },
      })
    expect((await read(lamp)).json).toMatchObject({ name: 'Door', version: 1 })
  })

  test.each(['1', '"1', '1"', '*, "1"', '"1" "2"', 'w/"1"', '"a b"', '""1""', 'W/', '"1";'])(
    'that names %s is refused: this is no list of tags',
    async (tags) => {
      const lamp = await made({ name: 'Door' })
      expect(await patch(lamp, { name: 'Gate' }, { 'if-match': tags })).toMatchObject({
        status: 400,
        json: { code: 'input.invalid', where: 'header If-Match' },
      })
    },
  )

  test.each(['"2"', 'W/"1"', '"01"', '""', '"2", W/"1"', '"11"', '"1x"'])(
    'that names %s is none of the first state',
    async (tags) => {
      const lamp = await made({ name: 'Door' })
      const { status, json } = await patch(lamp, { name: 'Gate' }, { 'if-match': tags })
      expect([status, json.code]).toEqual([412, 'match.failed'])
    },
  )

  test.each(['"1"', '*', '"7", "1"', ',"1" ,', 'W/"1", "1"', '"7",\t"1"', '"a,b", "1"'])(
    'that names %s is made of the first state',
    async (tags) => {
      const lamp = await made({ name: 'Door' })
      expect((await patch(lamp, { name: 'Gate' }, { 'if-match': tags })).json).toMatchObject({
        name: 'Gate',
        version: 2,
      })
    },
  )

  test('of another state than the one named is told the present one, as GET shows it', async () => {
    const lamp = await made({ name: 'Door' })
    await patch(lamp, { name: 'Gate' }, { 'if-match': '"1"' })
    const late = await patch(lamp, { name: 'Window' }, { 'if-match': '"1"' })
    const now = await read(lamp)
    expect(late).toMatchObject({ status: 412, json: { code: 'match.failed', current: now.json } })
    expect(etag(late)).toBe('"2"')
    expect((await patch(lamp, { name: 'Window' }, { 'if-match': etag(late)! })).status).toBe(200)
  })

  test('of many at the same moment is one; the others are told its state and overwrite nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const lamp = await made({ name: 'Door' })
      const answers = await Promise.all(
        Array.from({ length: 8 }, async (_, n) => patch(lamp, { watts: n }, { 'if-match': '"1"' })),
      )
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
      const winner = answers.find(({ status }) => status === 200)!.json
      expect((await read(lamp)).json).toEqual(winner)
      for (const { status, json } of answers) if (status === 412) expect(json.current).toEqual(winner)
    }
  })

  test('whose answer was lost is told that its effect is there, or under a key its first answer', async () => {
    const lamp = await made({ name: 'Door' })
    await patch(lamp, { name: 'Gate' }, { 'if-match': '"1"' })
    const again = await patch(lamp, { name: 'Gate' }, { 'if-match': '"1"' })
    expect(again).toMatchObject({ status: 412, json: { current: { name: 'Gate', version: 2 } } })
    const headers = { 'if-match': '"2"', 'idempotency-key': 'window' }
    const first = await patch(lamp, { name: 'Window' }, headers)
    await patch(lamp, { name: 'Roof' }, { 'if-match': '"3"' })
    const second = await patch(lamp, { name: 'Window' }, headers)
    expect([second.status, second.text, etag(second)]).toEqual([200, first.text, '"3"'])
    expect((await read(lamp)).json).toMatchObject({ name: 'Roof', version: 4 })
    expect(await patch(lamp, { name: 'Wall' }, headers)).toMatchObject({
      status: 422,
      json: { code: 'key.reused' },
    })
  })

  test('is a merge patch: what lies deeper is merged too, and null takes away', async () => {
    const lamp = await made({ name: 'Door', watts: 5, price: { minor: 500, currency: 'EUR' } })
    const json = { price: { minor: 700 }, watts: null }
    const merge = {
      method: 'PATCH',
      user,
      body: JSON.stringify(json),
      headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json; charset=utf-8' },
    }
    const { json: after } = await cloud.request(lamp, merge)
    expect(after).toMatchObject({ price: { minor: 700, currency: 'EUR' } })
    expect(after.watts).toBeUndefined()
    expect(await patch(lamp, { price: { currency: null } }, { 'if-match': '*' })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/price/currency' }] },
    })
  })

  test.each(['application/json-patch+json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'as %s is refused with the types that work',
    async (type) => {
      const lamp = await made({ name: 'Door' })
      const headers = { 'if-match': '*', 'content-type': type }
      const answer = await cloud.request(lamp, { method: 'PATCH', user, body: '{"name":"Gate"}', headers })
      expect(answer).toMatchObject({ status: 415, json: { code: 'body.unsupported' } })
      expect(answer.headers.get('accept-patch')).toBe('application/merge-patch+json, application/json')
    },
  )
})

test('a transition, and who takes, gives or plans, may name the state too', async () => {
  const lamp = await made({ name: 'Door', watts: 5 })
  for (const [move, json] of [
    ['break', { defect: 'dark' }],
    ['take', {}],
    ['give', { to: 'lukas' }],
    ['plan', { nextAt: '2027-03-02T09:00:00Z' }],
  ] as const) {
    const late = await post(`${lamp}/${move}`, json, { 'if-match': '"9"' })
    expect(late, move).toMatchObject({ status: 412, json: { current: { version: 1 } } })
  }
  const taken = await post(`${lamp}/take`, {}, { 'if-match': '"1"' })
  expect([taken.status, etag(taken)]).toEqual([200, '"2"'])
  const broken = await Promise.all(
    ['dark', 'loud', 'hot'].map(async (defect) => post(`${lamp}/break`, { defect }, { 'if-match': '"2"' })),
  )
  expect(broken.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412])
})
