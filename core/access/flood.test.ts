import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostAddresses, openFloods, perAddress, senderOf } from './flood.ts'

const { atOnce, everyMilliseconds } = perAddress
const start = Date.parse('2027-03-01T09:00:00Z')

/** How many of the posts at these moments are beyond the limit. */
const over = (moments: readonly number[], floods = openFloods(), address = '203.0.113.9'): number =>
  moments.filter((at) => floods.isOver(address, start + at)).length

const every = (milliseconds: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i * milliseconds)

test('an office that sends sixty at once and ten a minute all day is never over the limit', () => {
  const floods = openFloods()
  expect(over(every(0, atOnce), floods)).toBe(0)
  const day = every(everyMilliseconds, 24 * 600).map((at) => at + everyMilliseconds)
  expect(over(day, floods)).toBe(0)
})

test('a flood gets through what was allowed at once, and nothing more until it pauses', () => {
  const floods = openFloods()
  const flood = every(20, 100_000)
  expect(over(flood, floods)).toBe(flood.length - atOnce)
  const paused = flood.at(-1)! + everyMilliseconds * atOnce
  expect(
    over(
      every(0, atOnce).map((at) => at + paused),
      floods,
    ),
  ).toBe(0)
})

test('one address is nothing to another', () => {
  const floods = openFloods()
  over(every(0, 10_000), floods)
  expect(over([0], floods, '203.0.113.10')).toBe(0)
})

test('however many addresses post, only so many are remembered, those that posted last', () => {
  const floods = openFloods(perAddress, 3)
  for (const address of ['a', 'b', 'c', 'd']) over(every(0, atOnce), floods, address)
  expect(over([0], floods, 'd')).toBe(1)
  expect(over([0], floods, 'c')).toBe(1)
  expect(over([0], floods, 'a'), 'forgotten, and so within the limit').toBe(0)
  expect(mostAddresses).toBeLessThanOrEqual(10_000)
})

test('a clock that goes back turns nobody away for longer than a bucket takes to fill', () => {
  const floods = openFloods()
  over(
    every(0, atOnce * 2).map((at) => at + 3_600_000),
    floods,
  )
  expect(over([0], floods)).toBe(1)
  expect(over([everyMilliseconds * (atOnce + 1)], floods)).toBe(0)
})

test('in any time no more gets through than at once and what that time allows', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 500 }), (gaps) => {
      let at = 0
      const moments = gaps.map((gap) => (at += gap))
      const through = moments.length - over(moments)
      expect(through).toBeLessThanOrEqual(atOnce + at / everyMilliseconds)
      expect(through).toBeGreaterThanOrEqual(Math.min(moments.length, atOnce))
    }),
  )
})

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['2a00:1:2:3:4:5:6::', '2a00:1:2:3'],
])('%s is counted as %s', (address, sender) => expect(senderOf(address)).toBe(sender))

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.7',
  '169.254.1.1',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::ffff:127.0.0.1',
  'fe80::1',
  'fd00::1',
  '::',
])('%s says nothing about who sends', (address) => expect(senderOf(address)).toBeUndefined())

test.each([
  '',
  'unknown',
  '1.2.3',
  '1.2.3.400',
  '2001:db8',
  '2001::db8::1',
  '2001:db8:1:2:3:4:5:6:7',
  '1::2:3:4:5:6:7:8',
  'g::1',
])('%j is no address', (text) => expect(senderOf(text)).toBeUndefined())

test('addresses of one /64 are one sender, and of two are two', () => {
  const group = fc.nat(0xffff).map((value) => value.toString(16))
  const prefix = fc.tuple(
    fc.integer({ min: 0x2000, max: 0x3fff }).map((value) => value.toString(16)),
    group,
    group,
    group,
  )
  const rest = fc.tuple(group, group, group, group)
  fc.assert(
    fc.property(prefix, prefix, rest, rest, (one, two, a, b) => {
      const sender = senderOf([...one, ...a].join(':'))
      expect(sender).toBe(one.join(':'))
      expect(senderOf([...one, ...b].join(':'))).toBe(sender)
      expect(senderOf([...two, ...a].join(':')) === sender).toBe(one.join() === two.join())
    }),
  )
})
