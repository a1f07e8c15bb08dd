import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayLiveIn, readPhone } from './phone.ts'

const named = (country: string | undefined) => (country === undefined ? undefined : { country })

test.each([
  ['030 123456', 'DE', '+4930123456', 'DE'],
  ['030/123456', 'DE', '+4930123456', 'DE'],
  ['06221 / 543210', 'DE', '+496221543210', 'DE'],
  ['+49 (0)30 / 90 18 20', undefined, '+4930901820', 'DE'],
  ['+49 (0) 30 123456', 'DE', '+4930123456', 'DE'],
  ['0044 20 7946 0958', 'DE', '+442079460958', 'GB'],
  ['0044 20 7946 0958', undefined, '+442079460958', 'GB'],
  ['011 49 30 901820', 'US', '+4930901820', 'DE'],
  ['050 123 45 67', 'UA', '+380501234567', 'UA'],
  ['380501234567', 'DE', '+380501234567', 'UA'],
  ['8 (916) 123-45-67', 'RU', '+79161234567', 'RU'],
  ['+7 701 123 4567', 'DE', '+77011234567', 'KZ'],
  ['٠٣٠١٢٣٤٥٦', 'DE', '+4930123456', 'DE'],
  ['＋４９ ３０ ９０１８２０', undefined, '+4930901820', 'DE'],
  ['tel: +49 30 901820', undefined, '+4930901820', 'DE'],
  ['+49 30 901820-11', undefined, '+493090182011', 'DE'],
])('%j in %s is %s', (typed, home, number, country) => {
  expect(readPhone(typed, named(home))).toEqual({ number, key: number, country })
})

test.each([
  ['+49 30 901820 ext. 5', '5'],
  ['+49 30 901820, ext 5', '5'],
  ['+49 30 901820 доб. 123', '123'],
  ['+49 30 901820 Durchwahl 12', '12'],
  ['tel:+49-30-901820;ext=5', '5'],
])('%j keeps its extension, which is another person than the number without', (typed, extension) => {
  expect(readPhone(typed, undefined)).toEqual({
    number: `+4930901820 ext. ${extension}`,
    key: `+4930901820;ext=${extension}`,
    country: 'DE',
  })
})

test.each([
  '030 123456 / 0171 1234567',
  '030 123456/0171 1234567',
  '030 123456 / 78',
  '030 123456, 0171 1234567',
  '030 123456 oder 0171 1234567',
  '+4930123456 +491711234567',
  '+49 30 123456\n+49 171 1234567',
  '+49 30 123456 (office)',
  '030 123456 (9-17 Uhr)',
  'my number is 030 123456',
])('of %j the first number counts, and it says more', (typed) => {
  expect(readPhone(typed, named('DE'))).toEqual({
    number: '+4930123456',
    key: '+4930123456',
    country: 'DE',
    hasMore: true,
  })
})

test.each([
  ['12345', 'DE'],
  ['call me at home, +?? 12', 'DE'],
  ['0000000000', 'DE'],
  ['030, 12345678', 'DE'],
  ['+49 30 901820 after 5 pm', 'DE'],
  ['+49 30 901820 2nd floor', 'DE'],
  ['030 901820 9-17 Uhr', 'DE'],
  ['9-17 Uhr 030 901820', 'DE'],
  ['2027-03-01', 'DE'],
  ['12.03.2027', 'DE'],
  ['06 12 34 56 78', undefined],
  ['601 234 567', undefined],
  ['2025550143', undefined],
])('%j in %s is kept as it was typed', (typed, home) =>
  expect(readPhone(typed, named(home))).toEqual({ number: typed }),
)

test.each([
  ['030 901820', 'DE', '+4930901820'],
  ['030 901820 ext. 5', 'DE', '+4930901820;ext=5'],
  ['Tel. (030) 90 18 20', 'DE', '+4930901820'],
  ['49 30 901820', 'DE', '+4930901820'],
  ['0049 (0)30 901820', 'DE', '+4930901820'],
  ['+49 (0)30 901820', 'DE', '+4930901820'],
  ['(212) 555-2368', 'US', '+12125552368'],
  ['22 123 45 67', 'PL', '+48221234567'],
  ['050 123 45 67', 'UA', '+380501234567'],
])('%j is dialled so in %s, so its country may be assumed', (typed, country, key) =>
  expect(readPhone(typed, { country, isAssumed: true })?.key).toBe(key),
)

test.each([
  '22 123 45 67',
  '612 34 56 78',
  '98765 43210',
  '(212) 555-2368',
  '8-800-555-35-35',
  '52.520008',
  '151 23456789',
])('%j could be a German number, but is not dialled so: only who names Germany has one', (typed) => {
  expect(readPhone(typed, { country: 'DE', isAssumed: true })).toEqual({ number: typed })
  expect(readPhone(typed, named('DE'))?.country).toBe('DE')
})

test('of two numbers in one field none is hidden, however they stand together', () => {
  const between = fc.constantFrom(
    ' ',
    ' / ',
    '/',
    ', ',
    '; ',
    '\n',
    ' oder ',
    ' (',
    ' (mobil ',
    ' (Handy: ',
    ' - ',
    ' Handy ',
  )
  fc.assert(
    fc.property(fc.constantFrom('030 901820', '+49 30 901820'), between, (first, separator) => {
      const read = readPhone(
        `${first}${separator}0171 1234567${separator.includes('(') ? ')' : ''}`,
        named('DE'),
      )
      if (read?.key) expect(read).toMatchObject({ key: '+4930901820', hasMore: true })
    }),
  )
})

test('what was read is read again the same', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+0-9 ()/,-]{3,30}( ext [0-9]{1,3})?$/), (typed) => {
      const once = readPhone(typed, named('DE'))
      const { hasMore: _, ...kept } = once ?? { number: '' }
      if (once?.key) expect(readPhone(once.number, named('UA'))).toEqual(kept)
    }),
  )
})

test('without a country nothing but an international number is read', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9][0-9 ]{4,12}$/), (typed) => {
      if (typed.replace(/ /g, '').length < 12) expect(readPhone(typed, undefined)?.key).toBeUndefined()
    }),
  )
})

test.each([
  ['DE', [], true],
  ['DE', ['*'], true],
  ['DE', ['de-DE', 'en-US'], true],
  ['DE', ['de'], true],
  ['DE', ['en', 'de'], true],
  ['UA', ['ua'], true],
  ['DE', ['uk'], false],
  ['DE', ['fr-FR', 'de'], false],
  ['DE', ['en-US', 'de'], false],
  ['DE', ['de-AT'], false],
  ['DE', ['en', 'fr'], false],
])('that a visitor lives in %s, who prefers %j: %s', (country, languages, may) => {
  expect(mayLiveIn(country, languages)).toBe(may)
})
