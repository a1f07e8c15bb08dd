import { expect, test } from 'vitest'
import { latinOf } from './latin.ts'

test('what has none but ASCII signs stays as it is, and one other sign in it does not', () => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('')
  expect(latinOf(ascii)).toBe(ascii)
  for (const [sign, latin] of [
    ['ш', 'sh'],
    ['ü', 'u'],
    ['ß', 'ss'],
    ['ου', 'ou'],
    ['\u0080', '\u0080'],
  ] as const)
    for (const at of [0, 60, 128])
      expect(latinOf(ascii.slice(0, at) + sign + ascii.slice(at))).toBe(
        ascii.slice(0, at) + latin + ascii.slice(at),
      )
})
