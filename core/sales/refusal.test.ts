import { expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { memoryStore } from '../store/memory.ts'
import { id, monday, newLead, tenant } from '../workflow/fixture.ts'
import { recordRefusal } from './refusal.ts'

test('what was refused is written once for each person, act and day', async () => {
  const store = memoryStore()
  const refuse = (by: string, what: 'take' | 'close', at: number) =>
    store.write([recordRefusal(newLead(), { by, what, because: 'not yours', at: toInstant(at) })])
  for (let i = 0; i < 50; i++) await refuse('boris', 'take', monday + i)
  await refuse('boris', 'close', monday)
  await refuse('clara', 'take', monday)
  await refuse('boris', 'take', monday + 86_400_000)
  expect(store.all().map(({ pk, sk }) => [pk, sk])).toEqual([
    [`${tenant}#${id}`, '6#2026-11-23#refusal#boris#close'],
    [`${tenant}#${id}`, '6#2026-11-23#refusal#boris#take'],
    [`${tenant}#${id}`, '6#2026-11-23#refusal#clara#take'],
    [`${tenant}#${id}`, '6#2026-11-24#refusal#boris#take'],
  ])
})
