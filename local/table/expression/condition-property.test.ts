/* Random expressions, printed in random ways, against an evaluator that is slow and plain. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Item, type Value, compareTexts } from '../value.ts'
import { readExpressions } from './expression.ts'

type Path = (string | number)[]
type Operand = { path: Path } | { value: Value } | { size: Path }
type Condition =
  | { compare: string; left: Operand; right: Operand }
  | { between: Operand; low: Operand; high: Operand }
  | { in: Operand; list: Operand[] }
  | { call: string; operands: Operand[] }
  | { and: Condition[] }
  | { or: Condition[] }
  | { not: Condition }

const attributes = ['a', 'b', 'c', 'status']
const texts = fc.constantFrom('', 'a', 'ab', 'b', '\u{1F600}', '\uFFFD', 'é')
const numbers = fc.constantFrom('0', '1', '-1', '10', '0.5', '2', '12345678901234567890123456789012345678')
const bytes = fc.constantFrom('', 'YQ==', 'YWI=', '/w==')
const scalars: fc.Arbitrary<Value> = fc.oneof(
  texts.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  bytes.map((B) => ({ B })),
)
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: scalars, weight: 5 },
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant<Value>({ NULL: true }),
    fc.uniqueArray(texts, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.uniqueArray(numbers, { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 3 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom(...attributes), tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}))
const items = fc.dictionary(fc.constantFrom(...attributes), values, { maxKeys: 4 })
const paths: fc.Arbitrary<Path> = fc
  .tuple(
    fc.constantFrom(...attributes),
    fc.array(fc.oneof(fc.constantFrom(...attributes), fc.nat(2)), { maxLength: 2 }),
  )
  .map(([head, rest]) => [head, ...rest])

const path = paths.map((steps) => ({ path: steps }))
const size = paths.map((steps) => ({ size: steps }))
const scalar = scalars.map((value) => ({ value }))
const any = fc.oneof<fc.Arbitrary<Operand>[]>(
  path,
  size,
  values.map((value) => ({ value })),
)
const ordered = fc.oneof<fc.Arbitrary<Operand>[]>(path, size, scalar)
const beginning = fc.oneof(
  path,
  fc
    .oneof(
      texts.map((S) => ({ S })),
      bytes.map((B) => ({ B })),
    )
    .map((value) => ({ value })),
)
const typeNames = fc
  .constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS')
  .map((S) => ({ value: { S } }))
const call = (name: string, ...operands: fc.Arbitrary<Operand>[]) =>
  fc.tuple(...operands).map((of) => ({ call: name, operands: of }))

const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.record({ compare: fc.constantFrom('=', '<>'), left: any, right: any }),
    fc.record({ compare: fc.constantFrom('<', '<=', '>', '>='), left: ordered, right: ordered }),
    fc.record({ between: ordered, low: ordered, high: ordered }),
    fc.record({ in: any, list: fc.array(any, { minLength: 1, maxLength: 3 }) }),
    call('attribute_exists', path),
    call('attribute_not_exists', path),
    call('attribute_type', path, typeNames),
    call('begins_with', beginning, beginning),
    call('contains', path, any),
    fc.record({ and: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}))

/** Prints with placeholders for values and for one reserved word; extra parentheses and spaces as the dice say. */
function printer(dice: () => number) {
  const given: Item = {}
  const names: Record<string, string> = {}
  const space = (): string => ['', ' ', '\n ', '\t'][dice() % 4]!
  const keyword = (word: string): string => ` ${dice() % 2 ? word : word.toLowerCase()} `
  const grouped = (text: string): string => (dice() % 4 ? text : `(${space()}${text}${space()})`)
  const step = (name: string): string => {
    if (name !== 'status' && dice() % 3) return name
    names[`#${name}`] = name
    return `#${name}`
  }
  const pathText = (steps: Path): string =>
    steps.map((one, at) => (typeof one === 'number' ? `[${one}]` : (at ? '.' : '') + step(one))).join('')
  const operand = (of: Operand): string => {
    if ('path' in of) return pathText(of.path)
    if ('size' in of) return `size(${space()}${pathText(of.size)})`
    const name = `:v${Object.keys(given).length}`
    given[name] = of.value
    return name
  }
  const free = (of: Operand): string => grouped(operand(of))
  const inner = (of: Condition): string => `(${print(of)})`
  const print = (of: Condition): string => {
    if ('compare' in of) return `${free(of.left)}${space()}${of.compare}${space()}${free(of.right)}`
    if ('between' in of)
      return free(of.between) + keyword('BETWEEN') + free(of.low) + keyword('AND') + free(of.high)
    if ('in' in of) return `${free(of.in)}${keyword('IN')}(${of.list.map(free).join(`${space()},`)})`
    if ('call' in of) return `${of.call}(${of.operands.map(free).join(', ')})`
    if ('not' in of)
      return (
        keyword('NOT') + ('and' in of.not || 'or' in of.not || dice() % 2 ? inner(of.not) : print(of.not))
      )
    // Without parentheses where the precedence gives the same.
    if ('and' in of)
      return of.and.map((one) => ('or' in one || 'and' in one ? inner(one) : print(one))).join(keyword('AND'))
    return of.or.map((one) => ('or' in one ? inner(one) : print(one))).join(keyword('OR'))
  }
  return { print, given, names }
}

const typeOf = (value: Value): string => Object.keys(value)[0]!

function find(item: Item, steps: Path): Value | undefined {
  let found: Value | undefined = { M: item }
  for (const step of steps) found = typeof step === 'number' ? found?.L?.[step] : found?.M?.[step]
  return found
}

/** With sets and maps in one order, so that equal values are equal texts. */
function plain(value: Value): string {
  if (value.L) return JSON.stringify(['L', value.L.map(plain)])
  if (value.M)
    return JSON.stringify([
      'M',
      Object.keys(value.M)
        .sort()
        .map((name) => [name, plain(value.M![name]!)]),
    ])
  const content = Object.values(value)[0] as unknown
  return JSON.stringify([
    typeOf(value),
    Array.isArray(content) ? (content as string[]).toSorted(compareTexts) : content,
  ])
}

const tenths = (text: string): bigint => {
  const [whole, fraction = ''] = text.split('.')
  return BigInt(whole! + fraction.padEnd(1, '0'))
}

function order(left: Value, right: Value): number | undefined {
  if (left.N !== undefined && right.N !== undefined) {
    const difference = tenths(left.N) - tenths(right.N)
    return difference < 0n ? -1 : Number(difference > 0n)
  }
  for (const [type, encoding] of [
    ['S', 'utf8'],
    ['B', 'base64'],
  ] as const)
    if (left[type] !== undefined && right[type] !== undefined)
      return Buffer.compare(Buffer.from(left[type], encoding), Buffer.from(right[type], encoding))
  return undefined
}

function evaluate(item: Item, condition: Condition): boolean {
  const read = (operand: Operand): Value | undefined => {
    if ('value' in operand) return operand.value
    if ('path' in operand) return find(item, operand.path)
    const value = find(item, operand.size)
    if (!value || value.N !== undefined || value.BOOL !== undefined || value.NULL) return undefined
    const content = value.B === undefined ? Object.values(value)[0] : Buffer.from(value.B, 'base64')
    const length = (content as string | unknown[]).length ?? Object.keys(content as Item).length
    return { N: String(length) }
  }
  const holds = (left: Value | undefined, how: string, right: Value | undefined): boolean => {
    const isSame = !!left && !!right && plain(left) === plain(right)
    if (how === '=') return isSame
    if (how === '<>') return !isSame
    const by = left && right && order(left, right)
    if (by === undefined) return false
    return by === 0 ? how.endsWith('=') : by < 0 === how.startsWith('<')
  }
  if ('and' in condition) return !condition.and.some((one) => !evaluate(item, one))
  if ('or' in condition) return condition.or.some((one) => evaluate(item, one))
  if ('not' in condition) return !evaluate(item, condition.not)
  if ('compare' in condition) return holds(read(condition.left), condition.compare, read(condition.right))
  if ('in' in condition) return condition.list.some((one) => holds(read(condition.in), '=', read(one)))
  if ('between' in condition) {
    const value = read(condition.between)
    return holds(value, '>=', read(condition.low)) && holds(value, '<=', read(condition.high))
  }
  const [first, second] = condition.operands.map(read)
  if (condition.call === 'attribute_exists') return !!first
  if (condition.call === 'attribute_not_exists') return !first
  if (condition.call === 'attribute_type') return !!first && typeOf(first) === second!.S
  if (!first || !second) return false
  const hex = (value: Value): string =>
    value.B === undefined ? value.S! : Buffer.from(value.B, 'base64').toString('hex')
  const [type, other] = [typeOf(first), typeOf(second)]
  if (type === other && (type === 'S' || type === 'B')) {
    const at = hex(first).indexOf(hex(second))
    if (condition.call === 'begins_with') return hex(first).startsWith(hex(second))
    return type === 'S' ? at >= 0 : Buffer.from(first.B!, 'base64').includes(Buffer.from(second.B!, 'base64'))
  }
  if (condition.call === 'begins_with') return false
  if (type === 'L') return first.L!.some((entry) => plain(entry) === plain(second))
  return type === `${other}S` && (Object.values(first)[0] as unknown[]).includes(Object.values(second)[0])
}

/** What the service refuses although it can be read; such a draw says nothing. */
const refusals = /first operand must be distinct|requires (upper bound|same data type)|too many operators/

test('a random condition holds exactly when a plain evaluator says so, however it is printed', () => {
  let read = 0
  fc.assert(
    fc.property(items, conditions, fc.infiniteStream(fc.nat(11)), (item, condition, stream) => {
      const { print, given, names } = printer(() => stream.next().value ?? 0)
      const text = print(condition)
      const optional = <T extends object>(of: T): T | undefined =>
        Object.keys(of).length > 0 ? of : undefined
      let matches: boolean
      try {
        matches = readExpressions({
          FilterExpression: text,
          ExpressionAttributeNames: optional(names),
          ExpressionAttributeValues: optional(given),
        }).filter!.matches(item)
      } catch (error) {
        expect((error as Error).message).toMatch(refusals)
        return
      }
      read++
      expect(matches, text).toBe(evaluate(item, condition))
    }),
    { numRuns: 3000 },
  )
  expect(read).toBeGreaterThan(800)
})
