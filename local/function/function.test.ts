import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { virtualClock } from '../clock/clock.ts'
import { leftOnDisk } from '../fixture/left-on-disk.ts'
import type { FunctionDefinition } from '../resource/function.ts'
import { openFunctions } from './function.ts'

const folder = mkdtempSync(join(tmpdir(), 'function-'))
afterAll(() => rmSync(folder, { recursive: true }))

function world(
  code: string,
  later: Partial<FunctionDefinition['later']> = {},
  file = join(folder, `${Math.random()}.sqlite`),
) {
  const home = join(folder, 'code')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'index.cjs'), `exports.handler = ${code}`)
  const clock = virtualClock(0)
  const activity = activityMonitor()
  const sent: { arn: string; body: string; at: number }[] = []
  let broken = 0
  const calls: string[] = []
  const functions = openFunctions({
    file,
    definitions: [
      {
        name: 'f',
        arn: 'arn:f',
        code: home,
        handler: 'index.handler',
        environment: {},
        role: { name: 'role', statements: [] },
        timeout: 3000,
        memoryMegabytes: 128,
        isolation: 'host',
        concurrency: undefined,
        later: { retries: 1, maximumAge: 6 * 3_600_000, ...later },
      },
    ],
    clock,
    activity,
    region: 'eu-central-1',
    credentialsOf: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    sdkUrl: 'http://127.0.0.1:1',
    answerSdk: async () => ({ refused: 'ECONNREFUSED' }),
    compileCache: join(folder, 'compiled'),
    log: () => {},
    invoked: (_name, { payload }) => void calls.push(payload),
    send: async (arn, body) => {
      if (broken-- > 0) throw new Error('the queue is not there')
      sent.push({ arn, body, at: clock.now() })
    },
  })
  return {
    functions,
    sent,
    calls,
    breakQueue: (times: number) => void (broken = times),
    advance: async (ms: number) => clock.advanceTo(clock.now() + ms, () => activity.settled()),
  }
}

test('what failed for good is handed over until its queue takes it, and the function has no more attempts', async () => {
  const w = world("async () => { throw new Error('no') }", { deadLetterArn: 'arn:dead' })
  w.breakQueue(3)
  await w.functions.invokeLater('f', '{"n":1}')
  await w.advance(3_600_000)
  expect(w.calls).toHaveLength(2)
  // The second attempt comes after a minute, and three times the queue is not there.
  expect(w.sent).toEqual([{ arn: 'arn:dead', body: '{"n":1}', at: 4 * 60_000 }])
  await w.functions.stop()
})

test('an event that was taken for later is invoked by the next process when this one is killed before', async () => {
  const file = join(folder, 'killed.sqlite')
  const w = world('async (event) => event', {}, file)
  w.functions.later('f', '{"n":1}')
  await new Promise((resolve) => setImmediate(resolve))
  const after = world('async (event) => event', {}, leftOnDisk(file))
  after.functions.resume()
  await after.advance(60_000)
  await w.advance(60_000)
  expect(after.calls).toEqual(['{"n":1}'])
  expect(w.calls, 'and only once by one process').toEqual(['{"n":1}'])
  await after.functions.stop()
  await w.functions.stop()
})

test('an answer beyond 6 MiB of UTF-8 is a failure of the function, and a request too large is refused', async () => {
  const w = world('async ({ length }) => "я".repeat(length)')
  const invoke = async (event: string, type = 'RequestResponse') =>
    w.functions.handleInvoke('/2015-03-31/functions/f/invocations', { 'x-amz-invocation-type': type }, event)
  const limit = 6 * 1024 * 1024
  const fits = await invoke(JSON.stringify({ length: limit / 2 - 1 }))
  expect(Buffer.byteLength(fits.body)).toBe(limit)
  expect(fits.headers['x-amz-function-error']).toBeUndefined()
  const more = await invoke(JSON.stringify({ length: limit / 2 }))
  expect(more.headers['x-amz-function-error']).toBe('Unhandled')
  expect(JSON.parse(more.body)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  const text = (bytes: number) => JSON.stringify({ length: 1, text: 'я'.repeat(bytes / 2) })
  expect((await invoke(text(limit))).status).toBe(413)
  expect((await invoke(text(limit - 100))).status).toBe(200)
  expect((await invoke(text(1024 * 1024), 'Event')).status).toBe(413)
  expect((await invoke(text(1024 * 1024 - 100), 'Event')).status).toBe(202)
  await w.functions.stop()
})
