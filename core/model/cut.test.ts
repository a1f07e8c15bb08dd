import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutMessage, isCut, longestMessage } from './cut.ts'

test('a message that was cut says so at its end, and is not longer than a whole one', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 80 }),
      (text, times) => {
        const typed = text.repeat(times)
        const kept = cutMessage(typed) ?? ''
        expect(kept.length).toBeLessThanOrEqual(longestMessage)
        expect(isCut(kept)).toBe(typed.trim().length > longestMessage)
        if (typed.isWellFormed()) expect(kept.isWellFormed()).toBe(true)
        // Cut again behind newer words, as in a merge, it is still marked.
        if (isCut(kept)) expect(isCut(cutMessage(`new\n\n${kept}`) ?? '')).toBe(true)
      },
    ),
  )
  expect(cutMessage('x'.repeat(longestMessage))).toBe('x'.repeat(longestMessage))
  expect(cutMessage(' \n')).toBeUndefined()
  expect(isCut('I quote […]')).toBe(false)
})
