import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openClient } from '#functions/adapter/client.ts'

let server: Server
let endpoint: string
let requests: { headers: IncomingMessage['headers']; body: string }[]
/** What the server answers, by what it was asked. */
let answer: (body: string) => { status: number; body: object }

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      requests.push({ headers: request.headers, body })
      const { status, body: said } = answer(body)
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(said))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

beforeEach(() => {
  requests = []
  answer = () => ({ status: 200, body: {} })
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
  vi.stubEnv('AWS_SESSION_TOKEN', 'of-a-session')
  return () => vi.unstubAllEnvs()
})

const get = (name: string) => new GetItemCommand({ TableName: 'table', Key: { pk: { S: name } } })
/** The header of a signed request, made as "Create a signed AWS API request" of AWS's IAM User Guide says. */
function authorizationFor({ headers, body }: (typeof requests)[number], secret: string): string {
  const [, credential = '', signed = ''] =
    /Credential=(\S+), SignedHeaders=(\S+),/.exec(headers.authorization ?? '') ?? []
  const [, ...scope] = credential.split('/')
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name])}\n`)
  const request = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope.join('/'), sha256(request)].join('\n')
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
  const signature = hmac(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`), text).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`
}

test('signs each request as AWS asks for it, also with credentials that have changed', async () => {
  let accessKeyId = ''
  // Over so soon that they are asked for before each call.
  const credentials = async () => ({
    accessKeyId,
    secretAccessKey: `secret of ${accessKeyId}`,
    expiration: new Date(Date.now() + 1000),
  })
  const client = openClient(DynamoDBClient, { endpoint, credentials })
  const put = new PutItemCommand({ TableName: 'table', Item: { pk: { S: 'Łódź' } } })
  for (accessKeyId of ['AKIDFIRST', 'AKIDSECOND']) {
    for (let i = 0; i < 2; i++) {
      await client.send(get('a'))
      await client.send(put)
    }
    const these = requests.splice(0)
    expect(these).toHaveLength(4)
    for (const one of these)
      expect(one.headers.authorization).toBe(authorizationFor(one, `secret of ${accessKeyId}`))
    expect(these[3]!.headers.authorization).toContain(`Credential=${accessKeyId}/`)
  }
})

test('calls at the same moment, failed ones among them, get what is theirs', async () => {
  answer = (body) =>
    body.includes('bad')
      ? { status: 400, body: { __type: 'ValidationException', message: body } }
      : { status: 200, body: { Item: (JSON.parse(body) as { Key: object }).Key } }
  const client = openClient(DynamoDBClient, { endpoint })
  const names = Array.from({ length: 40 }, (_, i) => (i % 4 ? `good ${i}` : `bad ${i}`))
  const results = await Promise.allSettled(names.map(async (name) => client.send(get(name))))
  for (const [i, result] of results.entries()) {
    const name = names[i]!
    if (result.status === 'fulfilled') expect(result.value.Item).toEqual({ pk: { S: name } })
    else expect(String(result.reason)).toContain(`"${name}"`)
    expect(result.status).toBe(i % 4 ? 'fulfilled' : 'rejected')
  }
})

test('credentials and region are looked up as ever', async () => {
  const client = openClient(SESClient, { endpoint })
  expect(await client.config.region()).toBe('eu-central-1')
  expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
  const utf8 = (Data: string) => ({ Data })
  await client
    .send(
      new SendEmailCommand({
        Source: 'crm@northwind.example',
        Destination: { ToAddresses: ['anna@northwind.example'] },
        Message: { Subject: utf8('Hello'), Body: { Text: utf8('Hello') } },
      }),
    )
    .catch(() => undefined)
  expect(requests[0]!.headers.authorization).toContain('/eu-central-1/ses/aws4_request')
})

test('the configuration, which each call copies, has the form that V8 copies fast', () => {
  const { config } = openClient(DynamoDBClient, { endpoint })
  // Of all that V8 tells of an object to whoever asks with this flag.
  setFlagsFromString('--allow-natives-syntax')
  const isOrdinary = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean
  expect(isOrdinary(new DynamoDBClient({ endpoint }).config)).toBe(false)
  expect(isOrdinary(config)).toBe(true)
  const getters = Object.entries(Object.getOwnPropertyDescriptors(config)).filter(([, { get }]) => get)
  expect(getters).toEqual([])
})
