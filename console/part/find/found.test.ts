import { expect, test } from 'vitest'
import type { Found } from '../../api/find.ts'
import { byKind, commandsFor, reasonOf } from './found.ts'

const found = (kind: string, id: string, ...because: Found['because']): Found => ({
  kind,
  id,
  line: {},
  because,
})
const command = (name: string) => ({ name, icon: 'work' as const, run: () => undefined })

test('kinds stand in the order of their best, and each in the order of what was found', () => {
  const all = [found('contact', 'con_1'), found('lead', 'lead_1'), found('contact', 'con_2')]
  expect(byKind(all).map(({ kind, found: of }) => [kind, of.map(({ id }) => id)])).toEqual([
    ['contact', ['con_1', 'con_2']],
    ['lead', ['lead_1']],
  ])
})

test('it is told by the surest of the words that were typed', () => {
  const because = [
    { asked: 'meyer', field: 'name', how: 'like' },
    { asked: '4711', field: 'phones', how: 'has' },
  ] as const
  expect(reasonOf(found('contact', 'con_1', ...because))).toEqual({ field: 'phones', isLike: false })
  expect(reasonOf(found('contact', 'con_1', because[0]))).toEqual({ field: 'name', isLike: true })
  expect(reasonOf(found('contact', 'con_1'))).toBeUndefined()
})

test('an action is meant by the beginnings of its words, in any order and any case', () => {
  const all = ['Go to: My work', 'New lead', 'Мова: українська'].map(command)
  const named = (text: string) => commandsFor(all, text).map(({ name }) => name)
  expect(named('work go')).toEqual(['Go to: My work'])
  expect(named('УКР')).toEqual(['Мова: українська'])
  expect(named('ew')).toEqual([])
  expect(named('')).toHaveLength(3)
})
