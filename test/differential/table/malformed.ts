/*
 * Good calls with one thing wrong.
 */

import type { Draw } from '../../random.ts'
import type { Call, Input } from './call.ts'

type Place = { parent: Record<string, unknown> | unknown[]; key: string | number; path: (string | number)[] }

/** The call with one thing wrong in it. */
export function broken(draw: Draw, call: Call): Call {
  const input = structuredClone(call.input)
  const places = [...placesOf(input)]
  const { parent, key } = draw.pick(places) as { parent: Record<string, unknown>; key: string }
  const expressions = places.filter(({ key: name }) => String(name).endsWith('Expression'))
  // A member that the operation does not have is no fault.
  const isPaged = /^(Query|Scan)$/.test(call.operation)
  const isWrite = /^(Put|Update|Delete)Item$/.test(call.operation)
  const isSingle = isPaged || isWrite
  const set = (name: string, values: readonly unknown[]) => void (input[name] = draw.pick(values))
  draw.weighted<void>(
    [4, () => remove(parent, key)],
    [4, () => void (parent[key] = draw.pick([7, 'text', true, [], {}, ['x'], { a: 1 }, 1.5, -1]))],
    [1, () => void (parent[key] = null)],
    [isSingle ? 2 : 0, () => set('TableName', ['unknown', 'or', 'a b', '', 'x'.repeat(256)])],
    [isPaged ? 2 : 0, () => set(draw.pick(['IndexName', 'Limit', 'Select']), ['by-unknown', 'x', ''])],
    [isPaged ? 3 : 0, () => void Object.assign(input, draw.pick(pageMembers))],
    [isWrite ? 2 : 0, () => set('ReturnValues', ['ALL_NEW', 'SOME', ''])],
    [1, () => set('ReturnConsumedCapacity', ['SOME', ''])],
    [isSingle ? 2 : 0, () => addTo(input, 'ExpressionAttributeNames', draw.pick(wrongNames), 'num')],
    [
      isSingle ? 2 : 0,
      () => addTo(input, 'ExpressionAttributeValues', draw.pick(wrongValueNames), draw.pick(wrongValues)),
    ],
    [expressions.length > 0 ? 8 : 0, () => spoil(draw, draw.pick(expressions))],
  )
  return { ...call, input, isMalformed: true }
}

function remove(parent: Record<string, unknown> | unknown[], key: string | number): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

const wrongNames = ['#unused', 'unused', '#', '']
const wrongValueNames = [':unused', 'unused', ':', '']
const wrongValues = [{ N: '1' }, {}, { X: 1 }]

const pageMembers: Input[] = [
  { Limit: 0 },
  { Limit: -1 },
  { Segment: 1 },
  { TotalSegments: 2 },
  { Segment: 2, TotalSegments: 2 },
  { Segment: -1, TotalSegments: 2 },
  { Segment: 0, TotalSegments: 0 },
  { Segment: 0, TotalSegments: 1_000_001 },
  { ExclusiveStartKey: {} },
  { ExclusiveStartKey: { pk: { S: 'a' } } },
  { ExclusiveStartKey: { unknown: { S: 'a' } } },
]

function addTo(input: Input, member: string, name: string, value: unknown): void {
  input[member] = { ...(input[member] as object | undefined), [name]: value }
}

/** One character or word of the expression changes. */
function spoil(draw: Draw, { parent, key }: Place): void {
  const holder = parent as Record<string, unknown>
  const text = String(holder[key])
  const words = text.split(/(?<=\W)|(?=\W)/)
  const at = draw.below(words.length)
  holder[key] = draw.weighted(
    [3, () => [...words.slice(0, at), ...words.slice(at + 1)].join('')],
    [3, () => [...words.slice(0, at), draw.pick(spoilers), ...words.slice(at)].join('')],
    [3, () => [...words.slice(0, at), draw.pick(spoilers), ...words.slice(at + 1)].join('')],
    [1, () => ''],
    [1, () => `${text} `],
    [1, () => `((${text}))`],
    [1, () => `${text} ${draw.pick(['AND', 'SET', ',', ')', 'x', '=', 'num = :v0'])}`],
  )
}

// ASCII only: dynoxide ends at another sign, which it cuts in two for its message.
const spoilers = [
  ...'()[],.=<>+-:#;!?"\'',
  ' ',
  ' AND ',
  ' NOT ',
  ' SET ',
  ':unknown',
  '#unknown',
  ' size ',
  ' unknown(num) ',
  'attribute_exists',
  '[0]',
  '[-1]',
  '.x',
  '1',
  ' name ',
]

/** Every place in the request where something could be wrong, outermost first. */
function* placesOf(value: unknown, path: (string | number)[] = []): Generator<Place> {
  if (!value || typeof value !== 'object' || path.length > 6) return
  for (const key of Object.keys(value)) {
    const at = Array.isArray(value) ? Number(key) : key
    yield { parent: value as Place['parent'], key: at, path: [...path, at] }
    yield* placesOf((value as Record<string, unknown>)[key], [...path, at])
  }
}
