/*
 * Expressions from the grammar of DynamoDB, over the attributes that items have.
 */

import type { Draw } from '../../random.ts'
import { anyValue, attributes, type Type, type Value, valueFor, valueOf } from './value.ts'
import { anyKeyValue, type Index, type KeyPart, namesOf, type Table, typeOfKey } from './world.ts'

/** What the expressions of one call share: their placeholders. */
export class Scope {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, Value> = {}
  readonly draw: Draw
  readonly table: Table

  constructor(draw: Draw, table: Table) {
    this.draw = draw
    this.table = table
  }

  /** The name as it may stand in an expression: as it is, or a placeholder, which some names want. */
  name(name: string): string {
    const isPlain = /^[a-z]\w*$/.test(name) && !reserved.has(name)
    if (isPlain && this.draw.chance(0.8)) return name
    if (this.draw.chance(0.0005)) return name
    const known = Object.entries(this.names).find(([, meant]) => meant === name)
    if (known) return known[0]
    const placeholder = `#n${Object.keys(this.names).length}`
    this.names[placeholder] = name
    return placeholder
  }

  value(value: Value): string {
    const placeholder = `:v${Object.keys(this.values).length}`
    this.values[placeholder] = value
    return placeholder
  }

  /** The members of the call that declare them; with neither there is none. */
  members(): {
    ExpressionAttributeNames?: Record<string, string>
    ExpressionAttributeValues?: Record<string, Value>
  } {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    }
  }
}

/** Those of the names used here that DynamoDB reserves. */
const reserved = new Set(['name', 'at', 'map', 'blob'])

interface Path {
  text: string
  /** what it mostly leads to */
  type: Type
  /** the attribute that it begins with */
  root: string
}

/** A path that begins with any attribute but those. */
function anyPath(scope: Scope, except: readonly string[] = []): Path {
  const { draw, table } = scope
  const anyRoot = () =>
    draw.pick(draw.chance(0.12) ? namesOf(table) : [...Object.keys(attributes), 'nowhere'])
  let root = anyRoot()
  while (except.includes(root)) root = anyRoot()
  const type = typeOfKey(table, root) ?? attributes[root] ?? 'S'
  const text = scope.name(root)
  if (type === 'M' && draw.chance(0.8))
    return draw.weighted<Path>(
      [4, () => ({ text: `${text}.x`, type: 'N', root })],
      [2, () => ({ text: `${text}.y`, type: 'M', root })],
      [1, () => ({ text: `${text}.y.x`, type: 'N', root })],
      [2, () => ({ text: `${text}.${scope.name('z')}`, type: 'S', root })],
      [1, () => ({ text: `${text}.${scope.name('a.b')}`, type: 'S', root })],
    )
  if (type === 'L' && draw.chance(0.7))
    return draw.weighted<Path>(
      [6, () => ({ text: `${text}[${draw.below(3)}]`, type: draw.pick<Type>(['S', 'N']), root })],
      [1, () => ({ text: `${text}[${draw.below(3)}].x`, type: 'N', root })],
      [0.1, () => ({ text: `${text}[${draw.pick([17, 1000, 4_294_967_295])}]`, type: 'S', root })],
    )
  return { text, type, root }
}

const comparators = ['=', '<>', '<', '<=', '>', '>='] as const

/** A condition or filter expression. `except` names attributes that it must not read: a filter's keys. */
export function anyCondition(scope: Scope, depth = 2, except: readonly string[] = []): string {
  const { draw } = scope
  const inner = () => anyCondition(scope, depth - 1, except)
  if (depth > 0 && draw.chance(0.4))
    return draw.weighted(
      [3, () => `${grouped(draw, inner())} ${draw.pick(['AND', 'and'])} ${grouped(draw, inner())}`],
      [3, () => `${grouped(draw, inner())} ${draw.pick(['OR', 'or'])} ${grouped(draw, inner())}`],
      [1, () => `NOT ${grouped(draw, inner())}`],
      [1, () => `(${inner()})`],
    )
  return anyTest(scope, except)
}

const grouped = (draw: Draw, text: string): string =>
  / (AND|OR|and|or) /.test(text) && !text.startsWith('(') && draw.chance(0.6) ? `(${text})` : text

function anyTest(scope: Scope, except: readonly string[]): string {
  const { draw } = scope
  const path = anyPath(scope, except)
  const like = () => scope.value(draw.chance(0.92) ? valueOf(draw, path.type) : anyValue(draw))
  const operand = () => (draw.chance(0.06) ? anyPath(scope, except).text : like())
  return draw.weighted(
    [8, () => `attribute_exists(${path.text})`],
    [8, () => `attribute_not_exists(${path.text})`],
    [10, () => `${path.text} ${draw.pick(comparators)} ${operand()}`],
    [4, () => `${path.text} <> ${operand()}`],
    [1, () => `${like()} ${draw.pick(comparators)} ${path.text}`],
    [3, () => `size(${path.text}) ${draw.pick(comparators)} ${scope.value({ N: String(draw.below(5)) })}`],
    [2, () => between(scope, path)],
    [2, () => `${path.text} IN (${draw.list(1, 4, like).join(draw.pick([',', ', ']))})`],
    [0.05, () => `${path.text} IN (${draw.list(99, 101, like).join()})`],
    [2, () => `attribute_type(${path.text}, ${scope.value({ S: anyTypeName(draw, path.type) })})`],
    [
      2,
      () =>
        `begins_with(${path.text}, ${scope.value(valueOf(draw, draw.chance(0.97) ? draw.pick<Type>(['S', 'S', 'B']) : 'N'))})`,
    ],
    [2, () => `contains(${path.text}, ${scope.value(containedIn(draw, path.type))})`],
  )
}

const anyTypeName = (draw: Draw, type: Type): string =>
  draw.weighted(
    [6, () => type],
    [6, () => draw.pick(['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL'])],
    [0.1, () => draw.pick(['X', 'string', 's', ''])],
  )

function containedIn(draw: Draw, type: Type): Value {
  const within: Partial<Record<Type, Type>> = { SS: 'S', NS: 'N', BS: 'B', S: 'S', B: 'B' }
  return draw.chance(0.95) ? valueOf(draw, within[type] ?? draw.pick<Type>(['S', 'N'])) : anyValue(draw)
}

function between(scope: Scope, path: Path): string {
  const { draw } = scope
  const type = draw.chance(0.97)
    ? ((['S', 'N', 'B'] as const).find((each) => each === path.type) ?? 'N')
    : path.type
  const bounds = [valueOf(draw, type), valueOf(draw, type)]
  if (draw.chance(0.99)) bounds.sort(compareValues)
  return `${path.text} BETWEEN ${scope.value(bounds[0]!)} AND ${scope.value(bounds[1]!)}`
}

/** Enough of an order for bounds that are meant to be in order: exact for what the pools hold. */
export function compareValues(left: Value, right: Value): number {
  if ('N' in left && 'N' in right) return Number(left.N) - Number(right.N)
  if ('B' in left && 'B' in right)
    return Buffer.compare(Buffer.from(String(left.B), 'base64'), Buffer.from(String(right.B), 'base64'))
  return Buffer.compare(Buffer.from(String(left.S)), Buffer.from(String(right.S)))
}

export function anyProjection(scope: Scope): string {
  const { draw } = scope
  const seen: string[] = []
  const paths = draw.list(1, 4, () => {
    const path = anyPath(scope, draw.chance(0.997) ? seen : [])
    seen.push(path.root)
    return path.text
  })
  return paths.join(draw.pick([',', ', ']))
}

/** An update expression of up to four clauses; each touches other attributes, seldom those of the table's key. */
export function anyUpdate(scope: Scope, keyChance = 0.003): string {
  const { draw, table } = scope
  const keys = [table.hash.name, table.range?.name]
  const isFree = (name: string) => !keys.includes(name) || draw.chance(keyChance)
  const roots = draw.some([...Object.keys(attributes), ...namesOf(table)].filter(isFree), 1, 4)
  const taken = [...new Set(roots)]
  const actions: Record<string, string[]> = { SET: [], REMOVE: [], ADD: [], DELETE: [] }
  for (const root of taken) {
    const [clause, action] = anyAction(scope, root)
    actions[clause]!.push(action)
  }
  return draw
    .some(
      Object.entries(actions).filter(([, list]) => list.length > 0),
      4,
      4,
    )
    .map(([clause, list]) => `${draw.chance(0.9) ? clause : clause.toLowerCase()} ${list.join(', ')}`)
    .join(' ')
}

function anyAction(
  scope: Scope,
  root: string,
): [clause: 'SET' | 'REMOVE' | 'ADD' | 'DELETE', action: string] {
  const { draw, table } = scope
  const text = scope.name(root)
  const type = typeOfKey(table, root) ?? attributes[root] ?? 'S'
  const own = (): Value => {
    const part = [table, ...table.indexes]
      .flatMap(({ hash, range }) => (range ? [hash, range] : [hash]))
      .find(({ name }) => name === root)
    return part && draw.chance(0.99) ? anyKeyValue(draw, part) : valueFor(draw, root)
  }
  const set = (action: string): ['SET', string] => ['SET', action]
  return draw.weighted<ReturnType<typeof anyAction>>(
    [6, () => set(`${text} = ${scope.value(own())}`)],
    [3, () => ['REMOVE', draw.chance(0.7) ? text : nested(scope, text, type, [0, 0, 1, 2, 5])]],
    [
      2,
      () =>
        set(
          `${text} = if_not_exists(${draw.chance(0.8) ? text : anyPath(scope).text}, ${scope.value(own())})`,
        ),
    ],
    [0.3, () => set(`${text} = ${anyPath(scope).text}`)],
    [
      type === 'M' || type === 'L' ? 2 : 0.2,
      () => set(`${nested(scope, text, type, [0])} = ${scope.value(anyValue(draw, 1))}`),
    ],
    [type === 'N' ? 6 : 0.1, () => set(`${text} = ${arithmetic(scope, text)}`)],
    [type === 'L' ? 6 : 0.1, () => set(`${text} = ${appended(scope, text)}`)],
    [type === 'N' ? 5 : 0.05, () => ['ADD', `${text} ${scope.value(valueOf(draw, 'N'))}`]],
    [/^[SNB]S$/.test(type) ? 6 : 0.05, () => ['ADD', `${text} ${scope.value(valueOf(draw, setType(type)))}`]],
    [
      /^[SNB]S$/.test(type) ? 5 : 0.05,
      () => ['DELETE', `${text} ${scope.value(valueOf(draw, setType(type)))}`],
    ],
  )
}

const setType = (type: Type): Type => (/^[SNB]S$/.test(type) ? type : 'SS')

function nested(scope: Scope, text: string, type: Type, places: readonly number[]): string {
  const { draw } = scope
  if (type === 'L') return `${text}[${draw.pick(places)}]`
  if (type === 'M') return `${text}.${draw.pick(['x', 'x', 'z', 'y', 'y.x'])}`
  return draw.chance(0.05) ? `${text}.x` : text
}

function arithmetic(scope: Scope, text: string): string {
  const { draw } = scope
  const number = () => scope.value(valueOf(draw, draw.chance(0.98) ? 'N' : 'S'))
  const safe = draw.chance(0.9) ? `if_not_exists(${text}, ${number()})` : text
  const sign = draw.pick(['+', '-', ' + ', ' - '])
  return draw.chance(0.7) ? `${safe}${sign}${number()}` : `${number()}${sign}${safe}`
}

function appended(scope: Scope, text: string): string {
  const { draw } = scope
  const list = () => scope.value(valueOf(draw, draw.chance(0.98) ? 'L' : 'S'))
  const safe = draw.chance(0.9) ? `if_not_exists(${text}, ${list()})` : text
  return draw.chance(0.6) ? `list_append(${safe}, ${list()})` : `list_append(${list()}, ${safe})`
}

/** A key condition on the table or an index. */
export function anyKeyCondition(scope: Scope, { hash, range }: Table | Index): string {
  const { draw } = scope
  const first = `${scope.name(hash.name)} = ${scope.value(anyKeyValue(draw, hash))}`
  if (!range || draw.chance(0.35)) return draw.chance(0.97) ? first : `(${first})`
  const second = sortCondition(scope, range)
  return draw.chance(0.8) ? `${first} AND ${second}` : `${second} and ${first}`
}

function sortCondition(scope: Scope, range: KeyPart): string {
  const { draw } = scope
  const name = scope.name(range.name)
  const value = () => anyKeyValue(draw, range, 'range')
  return draw.weighted(
    [2, () => `${name} = ${scope.value(value())}`],
    [4, () => `${name} ${draw.pick(['<', '<=', '>', '>='])} ${scope.value(value())}`],
    [
      3,
      () => {
        const bounds = [value(), value()]
        if (draw.chance(0.99)) bounds.sort(compareValues)
        return `${name} BETWEEN ${scope.value(bounds[0]!)} AND ${scope.value(bounds[1]!)}`
      },
    ],
    [range.type === 'N' ? 0.03 : 2, () => `begins_with(${name}, ${scope.value(value())})`],
    [0.03, () => `${name} <> ${scope.value(value())}`],
  )
}
