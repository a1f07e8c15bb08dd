import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countRows } from '#core/table/check/history.ts'
import { runCommand } from './command.ts'

/** An instance with two leads of one day, on two pages. */
const answers: Record<string, unknown> = {
  '/leads?day=2027-03-01': { leads: [{ id: 'lead_A' }], next: 'n&1' },
  '/leads?day=2027-03-01&after=n%261': { leads: [{ id: 'lead_B' }] },
  '/leads/lead_A/history': {
    lead: {},
    events: [
      { at: '2027-03-01T09:00:00.000Z', what: 'submission', fields: [{ name: 'name', value: 'Ann' }] },
      {
        at: '2027-03-01T09:00:01.000Z',
        what: 'decision',
        steps: [
          {
            what: 'table',
            table: 'lead-routing',
            version: '1',
            row: 'dach',
            facts: { 'lead.country': 'DE' },
          },
          { what: 'assign', chosen: 'anna' },
        ],
      },
    ],
  },
  '/leads/lead_B/history': {
    events: [
      {
        at: '2027-03-01T10:00:00.000Z',
        what: 'decision',
        steps: [{ what: 'table', table: 'lead-score', version: '2', rows: { size: 1 } }],
      },
    ],
  },
}

let server: Server
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer good') response.statusCode = 401
    response.end(JSON.stringify(answers[request.url ?? ''] ?? { leads: [] }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const run = (args: string[], token: string | undefined) =>
  runCommand(args, { now: Date.parse('2027-03-02T12:00:00Z'), token })

test('the decisions of an instance are written as the check reads them, and nothing personal', async () => {
  const { code, out } = await run(['history', '--url', url, '--last', '3d'], 'good')
  expect(code).toBe(0)
  expect(out).not.toContain('Ann')
  const { counts, decisions } = countRows(out.split('\n'), '2027-02-27T00:00:00.000Z')
  expect([...decisions]).toEqual([
    ['lead-routing', 1],
    ['lead-score', 1],
  ])
  expect([counts.get('lead-routing'), counts.get('lead-score')]).toEqual([
    new Map([['dach', 1]]),
    new Map([['size', 1]]),
  ])
})

test.each([
  [['history'], 'good', '--url'],
  [['history', '--url', 'here'], 'good', 'write an address'],
])('%j is refused with what to do', async (args, token, word) => {
  const { code, err } = await run(args, token)
  expect([code, err]).toEqual([2, expect.stringContaining(word)])
})

test('an instance that does not answer is said, without the help', async () => {
  const { code, err } = await run(['history', '--url', 'http://127.0.0.1:9'], 'good')
  expect([code, err]).toEqual([
    1,
    'holdfast: nothing answers at http://127.0.0.1:9; is Holdfast running there?\n',
  ])
})

test('a wrong token, none, and a wrong span of time are named', async () => {
  expect((await run(['history', '--url', url, '--last', '3d'], 'bad')).err).toContain('HOLDFAST_TOKEN')
  expect((await run(['history', '--url', url], undefined)).err).toContain('HOLDFAST_TOKEN')
  expect((await run(['history', '--url', url, '--last', 'week'], 'good')).err).toContain('90d')
})
