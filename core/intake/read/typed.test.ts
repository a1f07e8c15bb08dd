import { expect, test } from 'vitest'
import { isVisible } from './typed.ts'

test.each([
  '\u200B\u3164',
  '\u3164',
  '\u115F\u1160',
  '\uFFA0',
  '\u2800',
  '\u00AD',
  '\uFE0F',
  ' \t\u00A0',
  '\u202E\u202C',
  '\u{E0041}',
  '',
])('%j is not to be seen', (text) => expect(isVisible(text)).toBe(false))

test.each(['Anna', '王', 'م', '-', '👩‍👧', '3', 'ㅤKim'])('%j is to be seen', (text) =>
  expect(isVisible(text)).toBe(true),
)
