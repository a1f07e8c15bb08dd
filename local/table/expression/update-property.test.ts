/* Random updates against an evaluator that is slow and plain. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Item, Value } from '../value.ts'
import { readExpressions } from './expression.ts'

type Path = (string | number)[]
type Operand = Path | Value
type Term = { of: Operand } | { call: string; path: Path; operand: Operand } | { sign: string; of: Operand[] }
type Action =
  | { section: 'SET'; path: Path; term: Term }
  | { section: 'REMOVE'; path: Path }
  | { section: 'ADD' | 'DELETE'; path: Path; operand: Value }

const sets = fc.subarray(['x', 'y', 'z'], { minLength: 1 }).map((SS) => ({ SS }))
const numbers = fc.constantFrom('0', '1', '-3').map((N) => ({ N }))
const mapsOf = (inner: fc.Arbitrary<Value>): fc.Arbitrary<Item> =>
  fc.record({ a: inner, b: inner, c: inner }, { requiredKeys: [] })
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof<fc.Arbitrary<Value>[]>(fc.constant({ S: 'x' }), numbers, sets),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    mapsOf(tie('value')).map((M) => ({ M })),
  ),
}))
const lists = fc.array(values, { maxLength: 2 }).map((L) => ({ L }))
const steps = fc.oneof<fc.Arbitrary<string | number>[]>(fc.constantFrom('a', 'b', 'c'), fc.nat(5))

/** Every place of an item, and what it holds there. */
const placesIn = (value: Value, path: Path = []): Path[] => [
  path,
  ...(value.L ?? []).flatMap((entry, at) => placesIn(entry, [...path, at])),
  ...Object.entries(value.M ?? {}).flatMap(([name, entry]) => placesIn(entry, [...path, name])),
]

function actionsOn(item: Item): fc.Arbitrary<Action> {
  const places = placesIn({ M: item })
  const placesOf = (type: keyof Value): fc.Arbitrary<Path> => {
    const fitting = places.filter((path) => path.length > 0 && find(item, path)![type] !== undefined)
    return fitting.length > 0 ? fc.constantFrom(...fitting) : paths
  }
  const paths: fc.Arbitrary<Path> = fc
    .tuple(fc.constantFrom(...places), fc.option(steps, { freq: 1 }))
    .map(([path, step]) => (step === null ? path : [...path, step]))
    .map((path) => (typeof path[0] === 'string' ? path : ['a', ...path]))
  const operands = fc.oneof<fc.Arbitrary<Operand>[]>(paths, values, numbers)
  const numeric = fc.oneof<fc.Arbitrary<Operand>[]>(placesOf('N'), numbers)
  const terms = fc.oneof<fc.Arbitrary<Term>[]>(
    operands.map((of) => ({ of })),
    fc.record({ call: fc.constant('if_not_exists'), path: paths, operand: operands }),
    fc.record({
      call: fc.constant('list_append'),
      path: fc.oneof(placesOf('L'), paths),
      operand: fc.oneof<fc.Arbitrary<Operand>[]>(lists, placesOf('L')),
    }),
    fc.record({ sign: fc.constantFrom('+', '-'), of: fc.tuple(numeric, fc.oneof(numeric, paths)) }),
  )
  return fc.oneof<fc.Arbitrary<Action>[]>(
    fc.record({ section: fc.constant('SET' as const), path: paths, term: terms }),
    fc.record({ section: fc.constant('REMOVE' as const), path: paths }),
    fc.record({
      section: fc.constant('ADD' as const),
      path: fc.oneof(placesOf('N'), paths),
      operand: numbers,
    }),
    fc.record({ section: fc.constant('ADD' as const), path: fc.oneof(placesOf('SS'), paths), operand: sets }),
    fc.record({
      section: fc.constant('DELETE' as const),
      path: fc.oneof(placesOf('SS'), paths),
      operand: sets,
    }),
  )
}

/** An item and what is to be done to it. */
const draws = mapsOf(values).chain((item) =>
  fc.tuple(fc.constant(item), fc.array(actionsOn(item), { minLength: 1, maxLength: 3 })),
)

function printed(all: readonly Action[]) {
  const given: Item = {}
  const path = (steps: Path): string =>
    steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : (at ? '.' : '') + step)).join('')
  const operand = (of: Operand): string => {
    if (Array.isArray(of)) return path(of)
    const name = `:v${Object.keys(given).length}`
    given[name] = of
    return name
  }
  const term = (of: Term): string => {
    if ('call' in of) return `${of.call}(${path(of.path)}, ${operand(of.operand)})`
    return 'sign' in of ? of.of.map(operand).join(of.sign) : operand(of.of)
  }
  const action = (of: Action): string => {
    if (of.section === 'SET') return `${path(of.path)} = ${term(of.term)}`
    return path(of.path) + (of.section === 'REMOVE' ? '' : ` ${operand(of.operand)}`)
  }
  const sections = [...new Set(all.map(({ section }) => section))].map(
    (section) =>
      `${section} ${all
        .filter((one) => one.section === section)
        .map(action)
        .join(', ')}`,
  )
  return { text: sections.join(' '), given }
}

function find(item: Item, steps: Path): Value | undefined {
  let found: Value | undefined = { M: item }
  for (const step of steps) found = typeof step === 'number' ? found?.L?.[step] : found?.M?.[step]
  return found
}

class Refused extends Error {}
const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Refused()
  return value
}

/** What an action puts in its place; undefined takes it away. */
function outcome(item: Item, action: Action): Value | undefined {
  const read = (of: Operand): Value => need(Array.isArray(of) ? find(item, of) : of)
  const old = find(item, action.path)
  if (action.section === 'REMOVE') return undefined
  if (action.section === 'SET') {
    const { term } = action
    if ('sign' in term) {
      const [left, right] = term.of.map((of) => Number(need(read(of).N)))
      return { N: String(term.sign === '+' ? left! + right! : left! - right!) }
    }
    if (!('call' in term)) return read(term.of)
    if (term.call === 'if_not_exists') return find(item, term.path) ?? read(term.operand)
    return { L: [...need(read(term.path).L), ...need(read(term.operand).L)] }
  }
  const { operand } = action
  if (old === undefined) return action.section === 'ADD' ? operand : undefined
  if (operand.N !== undefined) return { N: String(Number(need(old.N)) + Number(operand.N)) }
  const [has, other] = [need(old.SS), need(operand.SS)]
  const SS =
    action.section === 'ADD'
      ? [...has, ...other.filter((one) => !has.includes(one))]
      : has.filter((one) => !other.includes(one))
  return SS.length > 0 ? { SS } : undefined
}

/** Deep within a copy; lists get holes and a tail first, which the end closes. */
function applied(item: Item, all: readonly Action[]): Item {
  const outcomes = all.map((action) => outcome(item, action))
  const result = structuredClone(item)
  const holes = new Map<Value[], Set<number>>()
  const tails = new Map<Value[], [number, Value][]>()
  for (const [at, { path }] of all.entries()) {
    const value = outcomes[at]
    const parent = need(find(result, path.slice(0, -1)))
    const last = path.at(-1)!
    if (typeof last === 'string') {
      if (value === undefined) delete need(parent.M)[last]
      else need(parent.M)[last] = value
      continue
    }
    const list = need(parent.L)
    if (last < list.length && value === undefined) holes.set(list, (holes.get(list) ?? new Set()).add(last))
    else if (last < list.length) list[last] = value!
    else if (value !== undefined) tails.set(list, [...(tails.get(list) ?? []), [last, value]])
  }
  for (const [list, gone] of holes)
    list.splice(0, list.length, ...list.map((entry, at) => (gone.has(at) ? null! : entry)))
  for (const [list, tail] of tails) list.push(...tail.sort(([a], [b]) => a - b).map(([, value]) => value))
  for (const list of holes.keys()) list.splice(0, list.length, ...list.filter((entry) => entry !== null))
  return result
}

test('a random update does what a plain evaluator does, or is refused by both', () => {
  const told = { applied: 0, refused: 0 }
  fc.assert(
    fc.property(draws, ([item, all]) => {
      const { text, given } = printed(all)
      const before = structuredClone(item)
      let update
      try {
        update = readExpressions({
          UpdateExpression: text,
          ExpressionAttributeValues: Object.keys(given).length > 0 ? given : undefined,
        }).update!
      } catch (error) {
        // Refused whatever the item is: such a draw says nothing.
        expect((error as Error).message).toMatch(/overlap|conflict|must be distinct|Incorrect operand type/)
        return
      }
      let expected: Item | undefined
      try {
        expected = applied(item, all)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
      told[expected ? 'applied' : 'refused']++
      if (expected) expect(update.apply(item), text).toEqual(expected)
      else
        expect(() => update.apply(item), text).toThrow(
          /^(The provided expression|The document path|An operand)/,
        )
      expect(item).toEqual(before)
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(told.applied, told.refused)).toBeGreaterThan(300)
})
