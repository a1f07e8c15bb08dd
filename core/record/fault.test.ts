import { expect, test } from 'vitest'
import { fieldFault, forbiddenFields, pointerTo } from './fault.ts'

test.each([
  [[], ''],
  [['name'], '/name'],
  [['price', 'minor'], '/price/minor'],
  [['colours', 2], '/colours/2'],
  [['a/b', 'm~n', '~1'], '/a~1b/m~0n/~01'],
  [['', ' '], '// '],
  // A part of a name would point at something else.
  [['name', 'x'.repeat(2_000), 'y'], '/name'],
])('%j is %s', (path, pointer) => {
  expect(pointerTo(path)).toBe(pointer)
})

test('values that are not valid are told together, the first of them as a person writes it', () => {
  const fault = fieldFault([
    { path: ['scopes', 1], message: 'is unknown' },
    { path: [], message: 'is too large' },
  ])
  expect(fault).toMatchObject({ code: 'field.invalid', where: 'scopes.1', message: 'scopes.1: is unknown' })
  expect(fault.facts.errors).toEqual([
    { pointer: '/scopes/1', detail: 'is unknown' },
    { pointer: '', detail: 'is too large' },
  ])
})

test('a field that a caller may not see or set is told by its pointer', () => {
  const fault = forbiddenFields(['income'])
  expect(fault).toMatchObject({ code: 'auth.forbidden', where: 'income' })
  expect(fault.facts.errors).toMatchObject([{ pointer: '/income' }])
})
