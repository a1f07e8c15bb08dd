import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAlso, cutMessage, isAlsoCut, isCut, longestMessage, mostAlso } from './cut.ts'

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

test('lines that were left out are counted, also when some were left out before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (first, second) => {
      const lines = (name: string, length: number) =>
        Array.from({ length }, (_, i) => ({ name: `${name}${i}`, text: 'x' }))
      const kept = cutAlso([...cutAlso(lines('new', second)), ...cutAlso(lines('old', first))])
      expect(kept.length).toBeLessThanOrEqual(mostAlso)
      const [counted] = kept.filter(({ name }) => name === '…')
      const shown = counted ? kept.length - 1 : kept.length
      expect(shown + Number(counted?.text ?? 0)).toBe(first + second)
      expect(isAlsoCut(kept)).toBe(counted !== undefined)
    }),
  )
})
