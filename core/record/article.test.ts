import { expect, test } from 'vitest'
import { eitherOf, withArticle } from './article.ts'

test('names of kinds are written as they are spoken', () => {
  expect(['lead', 'opportunity', 'alert'].map(withArticle)).toEqual(['a lead', 'an opportunity', 'an alert'])
  expect(eitherOf(['lead', 'alert'])).toBe('a lead or an alert')
})
