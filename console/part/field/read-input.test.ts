import { expect, test } from 'vitest'
import type { Field } from '../../api/kinds.ts'
import { localText } from '../../words/zone.ts'
import { isSame, moneyInput, readField } from './read-input.ts'

const read = (field: Partial<Field>, ...texts: string[]) => {
  const form = new FormData()
  for (const text of texts) form.append('it', text)
  form.append('it.currency', 'EUR')
  return readField({ title: 'It', as: 'text', ...field }, 'it', form)
}

test('what stands in an input is read as its field wants it, and nothing as nothing', () => {
  expect(read({}, ' Ann ')).toBe('Ann')
  expect(read({ as: 'number' }, '40')).toBe(40)
  expect(read({ as: 'number' }, '')).toBeUndefined()
  expect(read({ as: 'flag' })).toBe(false)
  expect(read({ as: 'list' }, '+380441234567\n\n +49301 \n')).toEqual(['+380441234567', '+49301'])
  expect(read({ as: 'list', each: { title: '', as: 'choice', of: ['a', 'b'] } }, 'a', 'b')).toEqual([
    'a',
    'b',
  ])
  expect(read({ as: 'list' }, ' ')).toBeUndefined()
})

test('money is read to the penny, with a comma too', () => {
  expect(read({ as: 'money' }, '68000')).toEqual({ minor: 6_800_000, currency: 'EUR' })
  expect(read({ as: 'money' }, '1,15')).toEqual({ minor: 115, currency: 'EUR' })
  expect([6_800_000, 950].map((minor) => moneyInput({ minor, currency: 'EUR' }))).toEqual(['68000', '9.50'])
})

test('a moment comes back as the one that was shown', () => {
  const instant = '2027-03-04T09:05:00.000Z'
  expect(read({ as: 'instant' }, localText(Date.parse(instant)))).toBe(instant)
})

test('values are the same whatever the order of what is in them, and nothing is null', () => {
  expect(isSame({ minor: 1, currency: 'EUR' }, { currency: 'EUR', minor: 1 })).toBe(true)
  expect(isSame(undefined, null)).toBe(true)
  expect(isSame(['a', 'b'], ['b', 'a'])).toBe(false)
})
