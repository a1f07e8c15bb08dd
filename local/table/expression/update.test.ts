import { describe, expect, test } from 'vitest'
import type { Item } from '../value.ts'
import { readExpressions } from './expression.ts'

const item: Item = {
  s: { S: 'x' },
  n: { N: '5' },
  big: { N: '9'.repeat(38) },
  l: { L: [{ S: 'a' }, { N: '1' }, { M: { q: { N: '2' } } }, { S: 'd' }] },
  m: { M: { x: { N: '1' }, y: { M: { w: { S: 'v' } } } } },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
}

const values: Item = {
  ':s': { S: 'new' },
  ':n': { N: '2' },
  ':tenth': { N: '0.1' },
  ':huge': { N: `9${'0'.repeat(125)}` },
  ':tiny': { N: `0.${'0'.repeat(129)}1` },
  ':t': { BOOL: true },
  ':l': { L: [{ S: 'z' }] },
  ':a': { SS: ['a'] },
  ':ab': { SS: ['b', 'a'] },
  ':ac': { SS: ['a', 'c'] },
  ':nn': { NS: ['2', '3'] },
}

const updateOf = (text: string, names?: Record<string, string>) => {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}(?!\\w)`).test(text))
  return readExpressions({
    UpdateExpression: text,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: used.length > 0 ? Object.fromEntries(used) : undefined,
  }).update!
}

const l = item['l']!.L!

describe('an update changes what it names and nothing else', () => {
  test.each<[string, Record<string, Item[string] | undefined>]>([
    ['SET s = :s', { s: { S: 'new' } }],
    ['set q = s remove n', { q: { S: 'x' }, n: undefined }],
    ['SET n = n + :n', { n: { N: '7' } }],
    ['SET n = :n - n', { n: { N: '-3' } }],
    ['SET q = (n - :tenth)', { q: { N: '4.9' } }],
    ['SET q = (n) + (:n)', { q: { N: '7' } }],
    ['SET q = l[2].q + m.x', { q: { N: '3' } }],
    ['SET s = n, n = s', { s: { N: '5' }, n: { S: 'x' } }],
    ['SET q = if_not_exists(q, :n) + :n', { q: { N: '4' } }],
    ['SET q = if_not_exists(n, absent)', { q: { N: '5' } }],
    ['SET q = if_not_exists(q, if_not_exists(n, :n))', { q: { N: '5' } }],
    ['SET l = list_append(l, :l)', { l: { L: [...l, { S: 'z' }] } }],
    ['SET l = list_append(:l, l)', { l: { L: [{ S: 'z' }, ...l] } }],
    ['SET q = list_append(if_not_exists(q, :l), :l)', { q: { L: [{ S: 'z' }, { S: 'z' }] } }],
    ['SET l[1] = l[1] + :n', { l: { L: [l[0]!, { N: '3' }, l[2]!, l[3]!] } }],
    ['SET l[9] = :s, l[7] = :n', { l: { L: [...l, { N: '2' }, { S: 'new' }] } }],
    ['REMOVE l[0], l[2], l[9]', { l: { L: [l[1]!, l[3]!] } }],
    ['REMOVE l[0] SET l[2].q = :n, l[3] = :s', { l: { L: [l[1]!, { M: { q: { N: '2' } } }, { S: 'new' }] } }],
    ['REMOVE l[1] ADD l[9] :n', { l: { L: [l[0]!, l[2]!, l[3]!, { N: '2' }] } }],
    ['REMOVE l[0], l[1], l[2], l[3]', { l: { L: [] } }],
    [
      'SET m.z = :s, m.y.k = :n REMOVE m.x',
      { m: { M: { y: { M: { w: { S: 'v' }, k: { N: '2' } } }, z: { S: 'new' } } } },
    ],
    ['REMOVE absent, m.absent', {}],
    [
      'ADD n :n, q :n, m.x :n',
      { n: { N: '7' }, q: { N: '2' }, m: { M: { ...item['m']!.M, x: { N: '3' } } } },
    ],
    ['ADD ss :ac, ns :nn', { ss: { SS: ['a', 'b', 'c'] }, ns: { NS: ['1', '2', '3'] } }],
    ['ADD q :ac', { q: { SS: ['a', 'c'] } }],
    ['DELETE ss :ac, ns :nn, q :a', { ss: { SS: ['b'] }, ns: { NS: ['1'] } }],
    ['DELETE ss :ab', { ss: undefined }],
  ])('%s', (text, changes) => {
    const before = structuredClone(item)
    const expected = { ...item, ...changes }
    for (const name in expected) if (expected[name] === undefined) delete expected[name]
    expect(updateOf(text).apply(item)).toEqual(expected)
    expect(item).toEqual(before)
  })
})

test('an attribute may have any name', () => {
  const update = updateOf('SET #p = :n, m.#p = :s', { '#p': '__proto__' })
  const after = update.apply({ m: { M: {} } })
  expect(JSON.stringify(after)).toBe('{"m":{"M":{"__proto__":{"S":"new"}}},"__proto__":{"N":"2"}}')
  expect(JSON.stringify(update.touched(after))).toBe(
    '{"__proto__":{"N":"2"},"m":{"M":{"__proto__":{"S":"new"}}}}',
  )
})

describe('what an update touched', () => {
  test.each<[string, Item, Item]>([
    ['SET m.x = :n, q = :n', { m: { M: { x: { N: '1' } } } }, { m: { M: { x: { N: '2' } } }, q: { N: '2' } }],
    ['SET l[1] = :s', { l: { L: [{ N: '1' }] } }, { l: { L: [{ S: 'new' }] } }],
    ['SET l[2].z = :n', {}, { l: { L: [{ M: { z: { N: '2' } } }] } }],
    ['SET l[9] = :n', {}, {}],
    ['REMOVE s, m.y.w', { s: { S: 'x' }, m: { M: { y: { M: { w: { S: 'v' } } } } } }, {}],
    ['DELETE ss :a', { ss: { SS: ['a', 'b'] } }, { ss: { SS: ['b'] } }],
  ])('%s', (text, old, fresh) => {
    const update = updateOf(text)
    expect(update.touched(item)).toEqual(old)
    expect(update.touched(update.apply(item))).toEqual(fresh)
  })

  test('its attributes of the first level, each once', () => {
    expect(updateOf('SET m.x = :n, q = n REMOVE m.y, l[0]').attributes).toEqual(['m', 'q', 'l'])
  })
})

describe('of an item that was not there', () => {
  test.each(['REMOVE m.x', 'REMOVE l[0], m.x.y', 'DELETE m.x :a'])('%s does nothing', (text) => {
    expect(updateOf(text).apply({ k: { S: 'k' } }, true)).toEqual({ k: { S: 'k' } })
  })

  test.each(['SET m.x = :n', 'ADD l[0] :n'])('%s is refused', (text) => {
    expect(() => updateOf(text).apply({ k: { S: 'k' } }, true)).toThrow('The document path provided')
  })
})

describe('an update is refused in the words of the service', () => {
  const wrongType = 'An operand in the update expression has an incorrect data type'
  const wrongPath = 'The document path provided in the update expression is invalid for update'
  const missing = 'The provided expression refers to an attribute that does not exist in the item'
  const overflow = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
  test.each([
    ['SET q = absent', missing],
    ['SET q = absent + :n', missing],
    ['SET q = if_not_exists(absent, nowhere)', missing],
    ['SET q = list_append(:l, absent)', missing],
    ['SET q = s + :n', wrongType],
    ['SET q = absent + s', wrongType],
    ['SET q = list_append(s, :l)', wrongType],
    ['ADD s :n', wrongType],
    ['ADD ss :nn', wrongType],
    ['ADD n :a', wrongType],
    ['DELETE n :a', wrongType],
    ['SET absent.x = :n', wrongPath],
    ['SET m.absent.x = :n', wrongPath],
    ['SET n.x = :n', wrongPath],
    ['SET l.x = :n', wrongPath],
    ['SET m[0] = :n', wrongPath],
    ['SET l[9].x = :n', wrongPath],
    ['REMOVE absent.x', wrongPath],
    ['REMOVE n[0]', wrongPath],
    ['DELETE m.absent.x :a', wrongPath],
    ['ADD big :tenth', overflow],
    ['SET q = :huge + :huge', overflow],
    ['SET q = :huge + :tiny', overflow],
  ])('by what is in the item: %s', (text, message) => {
    expect(() => updateOf(text).apply(item)).toThrow(
      expect.objectContaining({ code: 'ValidationException', message }),
    )
  })

  const type = 'Incorrect operand type for operator or function; operator'
  const paths = 'with each other; must remove or rewrite one of these paths; path one: '
  test.each([
    ['', 'The expression can not be empty;'],
    [
      `SET s = :s${' '.repeat(4087)}`,
      'Expression size has exceeded the maximum allowed size; expression size: 4097',
    ],
    ['s = :s', 'Syntax error; token: "s", near: "s ="'],
    ['SET _123 = :s', 'Syntax error; token: "_", near: "SET _123"'],
    ['SET s', 'Syntax error; token: "<EOF>", near: "s"'],
    ['SET s = :s,', 'Syntax error; token: "<EOF>", near: ","'],
    ['SET s = :s, REMOVE n', 'Syntax error; token: "REMOVE", near: ", REMOVE n"'],
    ['SET n = n * :n', 'Syntax error; token: "*", near: "n * :n"'],
    ['SET n = n + :n + :n', 'Syntax error; token: "+", near: ":n + :n"'],
    ['SET n = (n + :n) + :n', 'Syntax error; token: "+", near: ") + :n"'],
    ['SET n = if_not_exists(n, n + :n)', 'Syntax error; token: "+", near: "n + :n"'],
    ['SET :s = n', 'Syntax error; token: ":s", near: "SET :s ="'],
    ['ADD n', 'Syntax error; token: "<EOF>", near: "n"'],
    ['ADD n s', 'Syntax error; token: "s", near: "n s"'],
    ['SET n = ((:n))', 'The expression has redundant parentheses;'],
    ['SET name = :s', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['SET q = m.Status', 'Attribute name is a reserved keyword; reserved keyword: Status'],
    ['SET q = LIST_APPEND(l, :l)', 'Invalid function name; function: LIST_APPEND'],
    ['SET q = size(l)', 'The function is not allowed in an update expression; function: size'],
    [
      'SET q = list_append(list_append(l, :l), :l)',
      'The function is not allowed to be used this way in an expression; function: list_append',
    ],
    ['SET s = :s SET n = :n', 'The "SET" section can only be used once in an update expression;'],
    [
      'SET #q = list_append(l)',
      'An expression attribute name used in the document path is not defined; attribute name: #q',
    ],
    [
      'SET s = :other',
      'An expression attribute value used in expression is not defined; attribute value: :other',
    ],
    [
      'SET q = list_append(l)',
      'Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1',
    ],
    [
      'SET q = if_not_exists(:n, :s)',
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
    ['SET s = :s, s = :n', `Two document paths overlap ${paths}[s], path two: [s]`],
    ['SET m = :s REMOVE m.x', `Two document paths overlap ${paths}[m], path two: [m, x]`],
    ['REMOVE l[0].a, l[0]', `Two document paths overlap ${paths}[l, [0], a], path two: [l, [0]]`],
    ['SET m.x = :s, m[1] = :n', `Two document paths conflict ${paths}[m, x], path two: [m, [1]]`],
    ['SET q = n + :s', `${type} or function: +, operand type: S`],
    ['SET q = list_append(l, :s)', `${type} or function: list_append, operand type: S`],
    ['ADD n :s', `${type}: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND`],
    ['ADD n :t', `${type}: ADD, operand type: BOOLEAN, typeSet: ALLOWED_FOR_ADD_OPERAND`],
    ['DELETE ss :n', `${type}: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND`],
  ])('whatever the item is: %s', (text, message) => {
    expect(() => updateOf(text)).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: `Invalid UpdateExpression: ${message}`,
      }),
    )
  })

  test('a list may be as long as an item allows', () => {
    const long = { L: Array.from({ length: 200_000 }, () => ({ S: '' })) }
    const { update } = readExpressions({
      UpdateExpression: 'SET m.z = :v',
      ExpressionAttributeValues: { ':v': long },
    })
    expect(update!.apply(item)['m']!.M!['z']).toBe(long)
  })

  test('lists and maps within each other have at most 32 levels', () => {
    const nested = (levels: number): Item[string] =>
      levels === 0 ? { S: 'x' } : { M: { a: nested(levels - 1) } }
    const set = (levels: number) =>
      readExpressions({
        UpdateExpression: 'SET m.z = :v',
        ExpressionAttributeValues: { ':v': nested(levels) },
      }).update!.apply(item)
    expect(set(31)['m']!.M!['z']).toEqual(nested(31))
    expect(() => set(32)).toThrow('Nesting Levels have exceeded supported limits')
  })
})
