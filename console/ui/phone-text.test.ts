import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { phoneParts, phoneText, telOf } from './phone-text.ts'

test.each([
  ['+491701234567', '+49 170 123 4567'],
  ['+380501234567', '+380 501 234 567'],
  ['+77012345678', '+7 701 234 5678'],
  ['+12025550123', '+1 202 555 0123'],
  ['+33612345678', '+33 612 345 678'],
  ['+35226123456', '+352 261 234 56'],
])('%s is read as %s', (number, shown) => {
  expect(phoneText(number).replaceAll('\u00A0', ' ')).toBe(shown)
})

test.each(['0170 1234567', '+49 170 1234567', 'Katrin Vogel', '+49', '+0123456789', ''])(
  'what is no number with its country stays as it came: %s',
  (text) => {
    expect(phoneText(text)).toBe(text)
  },
)

test('no digit is lost, and none stands alone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
      const parts = phoneParts(number)!
      expect(parts.join('')).toBe(number)
      for (const each of parts.slice(1)) expect(each.length).toBeGreaterThanOrEqual(2)
    }),
  )
})

test.each([
  ['+49301234567', 'tel:+49301234567'],
  ['030 / 123-45 67', 'tel:0301234567'],
  ['+49 (0) 30 123', 'tel:+49030123'],
  ['110', 'tel:110'],
  ['+49301234567 ext. 5', 'tel:+49301234567;ext=5'],
  ['+1 212 555 0100 x42', 'tel:+12125550100;ext=42'],
])('%s is dialled as %s', (text, address) => {
  expect(telOf(text)).toBe(address)
})

test.each(['call me', '00', '', '+', 'tel:+1;x', '1'.repeat(40), '12 or 13', "1'><b>"])(
  '%s is not dialled',
  (text) => {
    expect(telOf(text)).toBeUndefined()
  },
)
