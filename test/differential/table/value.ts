/*
 * Attribute values and items of every type, from so few names that calls often meet what others have stored.
 */

import type { Draw } from '../../random.ts'

/** A value as it goes over the wire: `{ S: 'text' }`, `{ N: '1' }`, `{ M: { … } }` … */
export type Value = Record<string, unknown>
export type Item = Record<string, Value>

export type Type = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'L' | 'M' | 'BOOL' | 'NULL'

/** What an attribute of this name holds most of the time; `name` is a reserved word, others want a placeholder. */
export const attributes: Record<string, Type> = {
  num: 'N',
  rest: 'N',
  txt: 'S',
  name: 'S',
  'with-dash': 'S',
  lst: 'L',
  map: 'M',
  tags: 'SS',
  nums: 'NS',
  blob: 'B',
  blobs: 'BS',
  flag: 'BOOL',
  nil: 'NULL',
  expires: 'N',
}

const texts = ['', 'a', 'b', 'ab', 'abc', 'B', 'ä', '🚀', '\u0000', 'a b', '"', '\\', 'x'.repeat(60)]
const plainNumbers = ['0', '1', '2', '3', '5', '10', '-1', '-2', '0.5', '100', '1000000']
const longNumbers = [
  '12345678901234567890123456789012345678',
  '-99999999999999999999999999999999999999',
  '0.00000000000000000000000000000000000001',
  '100000000000000000000000000000000000000000',
]
const oddNumbers = [
  ...longNumbers,
  '-0',
  '1.0',
  '007',
  '+5',
  '1e3',
  '1.5E-3',
  '1E125',
  '9.9999999999999999999999999999999999999E+125',
  '-9.9999999999999999999999999999999999999E+125',
  '1E-130',
  '-1E-130',
  '1e39',
  '1.23e50',
  '1e-40',
]
const badNumbers = [
  '',
  'abc',
  '1e126',
  '1e-131',
  '123456789012345678901234567890123456789',
  '1.',
  '.5',
  '0x10',
  'NaN',
  'Infinity',
  ' 1',
  '1 ',
  '1_000',
  '--1',
  '1e',
]
const blobs = ['', 'YQ==', 'YWI=', 'YWJj', '/w==', 'AA==', 'AAE=']

export const anyText = (draw: Draw): string => draw.pick(texts)

export const anyNumber = (draw: Draw): string =>
  draw.weighted(
    [80, () => draw.pick(plainNumbers)],
    [18, () => draw.pick(oddNumbers)],
    [0.1, () => draw.pick(badNumbers)],
  )

export function anyValue(draw: Draw, depth = 2): Value {
  const types: Type[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL']
  return valueOf(draw, draw.pick(depth > 0 ? [...types, 'L', 'M', 'L', 'M'] : types), depth)
}

export function valueOf(draw: Draw, type: Type, depth = 2): Value {
  switch (type) {
    case 'S':
      return { S: anyText(draw) }
    case 'N':
      return { N: anyNumber(draw) }
    case 'B':
      return { B: draw.pick(blobs) }
    case 'SS':
      return { SS: draw.some(texts, 1, 3) }
    case 'NS':
      // Written as they are given back: dynoxide takes -0 and 0 for two numbers, which later shows elsewhere.
      return { NS: draw.some(draw.chance(0.9) ? plainNumbers : [...plainNumbers, ...longNumbers], 1, 3) }
    case 'BS':
      return { BS: draw.some(blobs, 1, 3) }
    case 'BOOL':
      return { BOOL: draw.chance(0.5) }
    case 'NULL':
      return { NULL: true }
    case 'L':
      return { L: draw.list(0, 3, () => anyValue(draw, depth - 1)) }
    case 'M':
      return {
        M: Object.fromEntries(
          draw.some(['x', 'y', 'z', 'name', 'a.b'], 0, 4).map((name) => [
            name,
            // mostly a number in x, a map in y: so that paths often lead somewhere
            draw.weighted(
              [3, () => valueOf(draw, usualType(name, depth), depth - 1)],
              [1, () => anyValue(draw, depth - 1)],
            ),
          ]),
        ),
      }
  }
}

function usualType(name: string, depth: number): 'N' | 'M' | 'S' {
  if (name === 'x') return 'N'
  return name === 'y' && depth > 0 ? 'M' : 'S'
}

/** A value for an attribute of this name: of its usual type, seldom of another. */
export const valueFor = (draw: Draw, name: string): Value =>
  draw.chance(0.93) && attributes[name] ? valueOf(draw, attributes[name]) : anyValue(draw)

/** Attributes beside the key. */
export const anyAttributes = (draw: Draw, most = 5): Item =>
  Object.fromEntries(draw.some(Object.keys(attributes), 0, most).map((name) => [name, valueFor(draw, name)]))
