import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { parseDuration, refuseStranger } from './control.ts'

test.each([
  ['2 hours', 7_200_000],
  ['90 minutes', 5_400_000],
  ['1 day 3 hours', 97_200_000],
  ['1 day, 3 hours', 97_200_000],
  ['1.5 hours', 5_400_000],
  ['2 weeks', 1_209_600_000],
  ['30 seconds', 30_000],
])('%s is a duration', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(['', 'soon', '2', 'hours', '2 fortnights', '-1 hour', '2 hours later'])('%s is none', (text) => {
  expect(parseDuration(text)).toBeNaN()
})

const from = (remoteAddress: string, headers: Record<string, string> = {}, method = 'POST') =>
  refuseStranger({ socket: { remoteAddress }, headers, method } as unknown as IncomingMessage)?.status

test('the control door opens only from this machine, by its own name, and not to pages of other sites', () => {
  expect(from('127.0.0.1', { host: 'localhost:3000' })).toBeUndefined()
  expect(from('::ffff:127.0.0.1', { host: '127.0.0.1:3000' })).toBeUndefined()
  expect(from('::1', { host: '[::1]:3000' })).toBeUndefined()
  expect(from('192.168.1.20', { host: 'localhost:3000' })).toBe(403)
  expect(from('127.0.0.1', { host: 'evil.example:3000' })).toBe(403)
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' })).toBe(403)
  // Another port of this machine is another origin of the same site.
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(from('127.0.0.1', { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' })).toBeUndefined()
})
