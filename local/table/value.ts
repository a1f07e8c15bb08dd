/* Values and items as DynamoDB writes them on the wire, what is valid of them, how they compare and what they weigh. */
import { type TableFault, invalid, mistyped, unreadable } from './fault.ts'
import { canonicalNumber, compareNumbers, numberKey, numberSize } from './number.ts'

export type ValueType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS'

/** One member, named by the type. Numbers are canonical texts, bytes canonical base64, once a value was read. */
export interface Value {
  S?: string
  N?: string
  B?: string
  BOOL?: boolean
  NULL?: boolean
  M?: Item
  L?: Value[]
  SS?: string[]
  NS?: string[]
  BS?: string[]
}

export type Item = Record<string, Value>

/** Levels of lists and maps within each other. */
const deepest = 32
const types = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS'])

/** The type of a value that was read. */
export function typeOf(value: Value): ValueType {
  for (const type in value) return type as ValueType
  throw new Error('a value without a type')
}

/**
 * An item of a request: valid, with numbers and bytes in their canonical form. What is canonical already is not copied.
 * Its own objects have no prototype members of a stranger: a name such as `__proto__` is a name.
 * @throws ValidationException, SerializationException
 */
export function readItem(input: unknown, depth = 0): Item {
  const source = objectOf(input)
  let item: Item | undefined
  for (const name in source) {
    const given = source[name]
    requireText(name)
    const value = readValue(given, depth)
    if (value !== given) item ??= { ...(source as Item) }
    if (item) define(item, name, value)
  }
  return item ?? (source as Item)
}

/** As JSON.parse does: an own member whatever its name is. */
export function define(item: Item, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true })
  else item[name] = value
}

/** @throws ValidationException, SerializationException */
export function readValue(input: unknown, depth = 0): Value {
  const source = objectOf(input)
  let type: string | undefined
  for (const name in source) {
    if (!types.has(name) || source[name] === null) continue
    if (type !== undefined)
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      )
    type = name
  }
  if (type === undefined)
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  const content = source[type]
  const read = readers[type as ValueType](content, depth)
  return read === content && Object.keys(source).length === 1 ? source : { [type]: read }
}

const readers: Record<ValueType, (content: unknown, depth: number) => unknown> = {
  S: requireText,
  N: (content) => canonicalNumber(requireText(content)),
  B: canonicalBytes,
  BOOL: requireFlag,
  NULL(content) {
    if (!requireFlag(content))
      throw detected(
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      )
    return true
  },
  M(content, depth) {
    requireDepth(depth)
    return readItem(content, depth + 1)
  },
  L(content, depth) {
    requireDepth(depth)
    const list = requireList(content)
    const read = list.map((entry) => readValue(entry, depth + 1))
    return read.every((entry, at) => entry === list[at]) ? list : read
  },
  SS: (content) => readSet(content, 'string', requireText),
  NS: (content) => readSet(content, 'number', (entry) => canonicalNumber(requireText(entry))),
  BS: (content) => readSet(content, 'binary', canonicalBytes),
}

function readSet(content: unknown, kind: SetKind, read: (entry: unknown) => string): string[] {
  const list = requireList(content)
  if (list.length === 0)
    throw detected(
      kind === 'binary'
        ? 'One or more parameter values were invalid: Binary sets should not be empty'
        : `One or more parameter values were invalid: An ${kind} set  may not be empty`,
    )
  const entries = list.map(read)
  if (new Set(entries).size < entries.length) throw detected(twins[kind](list.join(', ')))
  return entries
}

type SetKind = 'string' | 'number' | 'binary'

const twins: Record<SetKind, (entries: string) => string> = {
  string: (entries) =>
    `One or more parameter values were invalid: Input collection [${entries}] contains duplicates.`,
  number: () => 'Input collection contains duplicates',
  binary: (entries) =>
    `One or more parameter values were invalid: Input collection [${entries}]of type BS contains duplicates.`,
}

const detected = (what: string): TableFault => invalid(`1 validation error detected: ${what}`)

function requireDepth(depth: number): void {
  if (depth >= deepest) throw invalid('Nesting Levels have exceeded supported limits')
}

function objectOf(input: unknown): Record<string, unknown> {
  if (Array.isArray(input))
    throw unreadable('Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue')
  if (typeof input !== 'object' || input === null) throw unreadable('Unexpected value type in payload')
  return input as Record<string, unknown>
}

function requireText(input: unknown): string {
  if (typeof input !== 'string') throw mistyped(input, 'String')
  if (!input.isWellFormed()) throw unreadable('a text holds half of a surrogate pair')
  return input
}

function requireFlag(input: unknown): boolean {
  if (typeof input !== 'boolean') throw mistyped(input, 'Boolean')
  return input
}

function requireList(input: unknown): unknown[] {
  if (!Array.isArray(input)) throw unreadable('Unexpected field type')
  return input
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function canonicalBytes(input: unknown): string {
  const text = requireText(input)
  if (!base64.test(text)) throw unreadable('Invalid base64 text')
  // The last sign may carry bits that belong to no byte.
  return text.endsWith('=') ? Buffer.from(text, 'base64').toString('base64') : text
}

/** Whether two values are the same: sets in any order. */
export function isEqual(left: Value, right: Value): boolean {
  const type = typeOf(left)
  if (type !== typeOf(right)) return false
  const [a, b] = [left[type], right[type]]
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  if (type === 'M') return isSameItem(a as Item, b as Item)
  const [some, others] = [a as Value[], b as Value[]]
  if (some.length !== others.length) return false
  if (type === 'L') return some.every((entry, at) => isEqual(entry, others[at]!))
  const members = new Set<unknown>(others)
  return some.every((entry) => members.has(entry))
}

export function isSameItem(left: Item, right: Item): boolean {
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name]!, right[name]!))
  )
}

/** Order of two values of one of the types S, N, B; undefined when they are of different types, or of none that has an order. */
export function compareValues(left: Value, right: Value): number | undefined {
  if (left.S !== undefined && right.S !== undefined) return compareTexts(left.S, right.S)
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N)
  if (left.B !== undefined && right.B !== undefined)
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'))
  return undefined
}

/** The order of UTF-8 bytes. That of JavaScript differs where surrogate pairs meet U+E000 and above. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  const end = Math.min(left.length, right.length)
  for (let at = 0; at < end; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

/** A key's value for an ordered store: texts and bytes compare as DynamoDB compares the values. */
export function keyOf(value: Value): string | Buffer {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return numberKey(value.N)
  return Buffer.from(value.B!, 'base64')
}

/** Bytes of an item, names included: Amazon DynamoDB Developer Guide, "Item sizes and formats". */
export function sizeOfItem(item: Item): number {
  let size = 0
  for (const name in item) size += Buffer.byteLength(name) + sizeOf(item[name]!)
  return size
}

export function sizeOf(value: Value): number {
  const type = typeOf(value)
  switch (type) {
    case 'S':
      return Buffer.byteLength(value.S!)
    case 'N':
      return numberSize(value.N!)
    case 'B':
      return bytesIn(value.B!)
    case 'BOOL':
    case 'NULL':
      return 1
    case 'M':
      return 3 + Object.keys(value.M!).length + sizeOfItem(value.M!)
    case 'L':
      return value.L!.reduce((sum, entry) => sum + 1 + sizeOf(entry), 3)
    case 'SS':
      return value.SS!.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0)
    case 'NS':
      return value.NS!.reduce((sum, entry) => sum + numberSize(entry), 0)
    case 'BS':
      return value.BS!.reduce((sum, entry) => sum + bytesIn(entry), 0)
  }
}

/** Of canonical base64. */
export function bytesIn(text: string): number {
  const bytes = (text.length / 4) * 3
  if (!text.endsWith('=')) return bytes
  return bytes - (text.endsWith('==') ? 2 : 1)
}

/** @throws ValidationException for one that DynamoDB does not store; `what` is how its refusal begins */
export function requireItemSize(item: Item, what = 'Item size'): number {
  const size = sizeOfItem(item)
  if (size > 400 * 1024) throw invalid(`${what} has exceeded the maximum allowed size`)
  return size
}
