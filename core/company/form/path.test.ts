import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fields } from '../../intake/body/body.ts'
import { leavesOf } from '../../intake/webhook/leaf.ts'
import { findPath, parsePath, PathError } from './path.ts'
import { scalarsOf, treeOf } from './tree.ts'

const body: Fields = [
  ['event', 'e1'],
  [
    'answers',
    [
      { field: { ref: 'mail' }, email: 'a@b.example' },
      { field: { ref: 'x]y' }, text: 'odd' },
    ],
  ],
  ['data', { '1.3': 'Nadia', 'First Name': 'Lena', list: ['one', 'two'] }],
  ['fields[email][value]', 'c@d.example'],
  ['tag[]', 'red'],
  ['tag[]', 'blue'],
  ['your.email', 'dotted'],
]

const at = (path: string): unknown[] => findPath(treeOf(body), path).flatMap(({ tree }) => scalarsOf(tree))

test.each([
  ['event', ['e1']],
  ['answers[field.ref=mail].email', ['a@b.example']],
  ['answers[0].email', ['a@b.example']],
  ['answers[field.ref="x]y"].text', ['odd']],
  ['answers[*].field.ref', ['mail', 'x]y']],
  ['data["1.3"]', ['Nadia']],
  ['data.First Name', ['Lena']],
  ['data.list', ['one', 'two']],
  ['data.list[1]', ['two']],
  ['fields[email][value]', ['c@d.example']],
  ['fields.email.value', ['c@d.example']],
  ['tag[*]', ['red', 'blue']],
  ['your.email', ['dotted']],
  ['data.nothing', []],
  ['event.more', []],
])('%s is found', (path, expected) => {
  expect(at(path)).toEqual(expected)
})

test.each([
  ['', 0, 'empty'],
  ['.a', 0, 'begins'],
  ['a..b', 2, 'name is missing'],
  ['a[', 1, 'closing'],
  ['a[]', 1, 'brackets'],
  ['a[b=]', 4, 'missing'],
  ['a[b=c', 1, 'closing'],
  ['a]b', 1, 'closes no'],
  ['a["b]', 2, 'quote'],
  ['a[b..c=d]', 4, 'name is missing'],
  ['a[b]c', 4, 'dot'],
])('%j is refused at sign %i', (path, offset, why) => {
  let error: unknown
  try {
    parsePath(path)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(PathError)
  expect((error as PathError).offset).toBe(offset)
  expect((error as PathError).message).toContain(why)
})

const key = fc.oneof(
  fc.constantFrom(
    'name',
    'value',
    'id',
    '__proto__',
    'constructor',
    'a.b',
    'x[y]',
    '"',
    '\\',
    ' ',
    '',
    '0',
    '*',
    'a=b',
  ),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
)
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 10 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('whatever a body is', () => {
  test('the path of each answer finds what was answered, and nothing that was said is in no answer', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, json), { maxLength: 6 }), (pairs) => {
        const fields = [...new Map(pairs as Fields)]
        const root = treeOf(fields)
        const leaves = leavesOf(root)
        for (const leaf of leaves) {
          const found = findPath(root, leaf.path)
          expect(found.some(({ spot }) => spot.startsWith(leaf.spot))).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('text that is in it can be read by its path or is an id of its question', () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ minLength: 1 }), { maxKeys: 8 }), (record) => {
        const fields: Fields = [['data', record]]
        const said = leavesOf(treeOf(fields)).flatMap(({ values, names }) => [...values, ...names])
        const sent = Object.values(record).filter((text) => text.trim() !== '')
        for (const text of sent) expect(said.map((value) => String(value).trim())).toContain(text.trim())
      }),
    )
  })
})
