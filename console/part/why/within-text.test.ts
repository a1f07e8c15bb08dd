import { expect, test } from 'vitest'
import { words as english } from '../../words/en.ts'
import { words as ukrainian } from '../../words/uk.ts'
import { withinText } from './within-text.ts'

test('within what is promised is told in the words of the reader, and what has none as it is written', () => {
  expect(
    ['30 minutes', '1 hour 30 minutes', '2 business days', '45 seconds'].map((each) =>
      withinText(each, english),
    ),
  ).toEqual(['30 min', '1 h 30 min', '2 days', '45 seconds'])
  expect(withinText('30 minutes', ukrainian)).toBe('30 хв')
})
