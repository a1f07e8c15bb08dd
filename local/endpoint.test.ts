import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { openEndpoint, type Endpoint, type Services } from './endpoint.ts'

let endpoint: Endpoint | undefined
afterEach(() => endpoint?.close())

/** The status of a request as somebody sends it, to the address but under any name. */
function status(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(endpoint!.url, { method: 'POST', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode!)
    })
    sent.on('error', reject)
    sent.end('{}')
  })
}

test('a request without a signature, or to a name that was bent to this machine, is refused', async () => {
  endpoint = await openEndpoint(async () => {})
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20270101/eu-central-1/sqs/aws4_request'
  expect(await status({ authorization })).toBe(503) // it is starting
  expect(await status({ 'content-type': 'text/plain' })).toBe(403)
  expect(await status({ authorization, host: `bent.example:${new URL(endpoint.url).port}` })).toBe(403)
})

test('where a machine has not all addresses of the loopback, it listens at 127.0.0.1', async () => {
  endpoint = await openEndpoint(async () => {}, '203.0.113.7') // of no machine (RFC 5737)
  expect(new URL(endpoint.url).hostname).toBe('127.0.0.1')
})

test('an answer waits until what it rests on is on disk', async () => {
  const disk = Promise.withResolvers<void>()
  let isAnswered = false
  const waited = Promise.withResolvers<void>()
  endpoint = await openEndpoint(() => {
    waited.resolve()
    return disk.promise
  })
  const answer = status({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/sqs/d' }).then(
    () => (isAnswered = true),
  )
  await waited.promise
  expect(isAnswered).toBe(false)
  disk.resolve()
  await answer
})

test('what cannot be brought to disk is answered as a failure', async () => {
  endpoint = await openEndpoint(() => Promise.reject(new Error('the disk is full')))
  expect(await status({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/sqs/d' })).toBe(500)
})

test.each([
  ['DynamoDB_20120810.GetItem', ['{', 'null', '[]', '5']],
  ['AWSEvents.PutEvents', ['{', 'null', '{"Entries":[null]}', '{"Entries":[{"Detail":5}]}']],
  ['AWSStepFunctions.StartExecution', ['{', 'null', '"text"']],
  ['AmazonSSM.GetParameter', ['{', 'null']],
  ['AmazonSQS.SendMessage', ['{', 'null']],
])('what %s cannot read is the sender’s fault, which no client sends again', async (target, bodies) => {
  const reported: string[] = []
  endpoint = await openEndpoint(async () => {})
  endpoint.serve({
    table: { handle: async () => ({ status: 200, body: '{}' }) },
    callers: { callerOf: () => undefined },
    secrets: { handle: () => ({ status: 200, body: {} }) },
    queueRequest() {},
    report: (line: string) => reported.push(line),
  } as unknown as Services)
  for (const body of bodies)
    expect(
      await endpoint.answer({ method: 'POST', path: '/', headers: ['x-amz-target', target], body }),
    ).toMatchObject({
      status: 400,
    })
  expect(reported).toEqual([])
})
