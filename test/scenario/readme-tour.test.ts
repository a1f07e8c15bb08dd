import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { textOf } from '../docs.ts'
import { blocksOf, pasted } from '../suite/page-shell.ts'

/** The tour of README.md is pasted into a terminal, and shows what it promises. */

let cloud: Cloud
let lead = ''
let customer = ''
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  const blocks = blocksOf(textOf('README.md'))
  const here = { 'http://localhost:3000': cloud.url, '/tmp/holdfast-tour': cloud.data }
  ;[lead = '', customer = ''] = await pasted(blocks, cloud, here)
})
afterAll(() => cloud?.stop())

test('a lead that is sent twice is one, is watched, and left in peace once somebody has called', () => {
  const [first, again] = lead.split('\n')
  expect(first).toContain('"outcome":"lead"')
  expect(again).toBe(first)
  const told = lead.slice(lead.lastIndexOf('{"now"')).trim().split('\n').slice(1)
  expect(told.map((line) => line.split('  ')[2])).toEqual([
    expect.stringMatching(/^New lead: Ann Smith/),
    'Still waiting for your answer: Ann Smith',
    'Нет ответа вовремя: Ann Smith',
    expect.stringMatching(/^Yours now: Ann Smith/),
  ])
})

test('a customer is one file, is found with a typo, and is not overwritten by who has not seen him', () => {
  const [file] = /^\{\n {2}"customer"[^]*?\n\}/m.exec(customer) ?? []
  const { open, timeline } = JSON.parse(file!) as Record<string, { title: string }[]>
  expect(open!.map(({ title }) => title)).toEqual(['No power', 'Olena Example'])
  expect(timeline!.map(({ title }) => title)).toEqual(['Consent given', 'Call', 'Visit'])
  expect(customer.trim().split('\n').slice(-4)).toEqual([
    expect.stringMatching(/Call {2}A technician comes at noon$/),
    'customer  Bakery Sunrise',
    '2  Bremen',
    expect.stringMatching(/^412 .* Bremen$/),
  ])
})
