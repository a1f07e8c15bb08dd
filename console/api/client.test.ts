import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openApi, Refused } from './client.ts'

/** Answers by what is asked, in the order in which it is asked. */
let asked: string[]
let answers: (() => Response)[]
const api = () => openApi({ token: async () => 'token', lost: () => undefined })

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  answers = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address)
    return (answers.shift() ?? (() => Response.json({ nth: asked.length })))()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what is asked ahead is asked once, and given to the first who asks for it', async () => {
  const it = api()
  it.ahead('/work')
  expect(await it.get('/work')).toEqual({ nth: 1 })
  expect(asked).toEqual(['/work'])
  expect(await it.get('/work')).toEqual({ nth: 2 })
})

test('what has arrived is there without waiting, once', async () => {
  const it = api()
  it.ahead('/work')
  expect(it.arrived('/work')).toBeUndefined()
  await vi.advanceTimersByTimeAsync(0)
  expect(it.arrived('/work')).toEqual({ nth: 1 })
  expect(it.arrived('/work')).toBeUndefined()
  expect(await it.get('/work')).toEqual({ nth: 2 })
})

test('what was asked ahead and is refused is refused to whoever asks, who may ask again', async () => {
  const it = api()
  answers = [() => Response.json({ code: 'lead.notFound', detail: 'no' }, { status: 404 })]
  it.ahead('/leads/lead_1')
  await vi.advanceTimersByTimeAsync(0)
  expect(it.arrived('/leads/lead_1')).toBeUndefined()
  await expect(it.get('/leads/lead_1')).rejects.toThrow(Refused)
  expect(await it.get('/leads/lead_1')).toEqual({ nth: 2 })
})

test('what nobody has asked for in time is asked anew', async () => {
  const it = api()
  it.ahead('/work')
  await vi.advanceTimersByTimeAsync(10_001)
  expect(it.arrived('/work')).toBeUndefined()
  expect(await it.get('/work')).toEqual({ nth: 2 })
})

test('a token that is refused is renewed once: by the gateway with 401, by its authorizer with a 403 that says nothing', async () => {
  for (const refusal of [
    () => Response.json({ message: 'Unauthorized' }, { status: 401 }),
    () => Response.json({ message: 'Forbidden' }, { status: 403 }),
  ]) {
    const renewals: boolean[] = []
    const it = openApi({
      token: async (renewed = false) => {
        renewals.push(renewed)
        return 'token'
      },
      lost: () => undefined,
    })
    answers = [refusal]
    await expect(it.get('/work')).resolves.toMatchObject({ nth: expect.any(Number) })
    expect(renewals).toEqual([false, true])
  }
  // What somebody may not do, he may not do with another token either.
  answers = [() => Response.json({ code: 'access.denied' }, { status: 403 })]
  await expect(api().get('/work')).rejects.toMatchObject({ status: 403, code: 'access.denied' })
  expect(answers).toEqual([])
})

test('a session that is not known any more is lost, and what was asked is not refused for good', async () => {
  let isLost = false
  const it = openApi({
    token: async (renewed = false) => (renewed ? undefined : 'token'),
    lost: () => (isLost = true),
  })
  answers = [() => Response.json({ message: 'Forbidden' }, { status: 403 })]
  await expect(it.send('POST', '/leads/lead_1/activities', {})).rejects.toMatchObject({ status: 401 })
  expect(isLost).toBe(true)
})
