import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dictionary1 } from '#functions/adapter/press-dictionary.ts'
import { press } from '#functions/adapter/press.ts'

test('whatever is packed is unpacked as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      expect(press.unpack(press.pack(text))).toBe(text)
    }),
  )
})

test('a dictionary never changes: with another one nobody could read what was packed with it', () => {
  const hash = createHash('sha256').update(dictionary1).digest('hex')
  expect(hash).toBe('46a146eefa8826821b320324386b2eedf2b9133c8d2206dd6746f940b3f3b922')
  const packed = Buffer.from('AYPXRwqOKYlY6gcA', 'base64')
  expect(press.unpack(packed)).toBe('New lead: Ada\nA new lead for you')
})

test('bytes of an unknown dictionary are unknown', () => {
  expect(press.unpack(Uint8Array.of(9, 1, 2, 3))).toBeUndefined()
  expect(press.unpack(new Uint8Array())).toBeUndefined()
})
