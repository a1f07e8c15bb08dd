import { expect, test } from 'vitest'
import { leadInput } from './lead-input.ts'

test.each([[true], [false], ['I agree that you may call me.']])(
  'a program may say %j of a consent',
  (consent) => expect(leadInput.safeParse({ consent }).success).toBe(true),
)

test.each([
  ['employees', '50k'],
  ['employees', -1],
  ['budget', '1.5 million'],
  ['budget', -500],
  ['consent', 1],
])('a program that says %s: %j is told so', (name, value) => {
  const { error } = leadInput.safeParse({ [name]: value })
  expect(error?.issues.map(({ path }) => path[0])).toContain(name)
})
