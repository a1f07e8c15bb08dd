import { expect, test } from 'vitest'
import { mayDo, type Me } from './me.ts'

const me = (may: Me['may']) => ({ may }) as Me

test('what is not told may not be done', () => {
  const rep = me({ ticket: { read: 'all', do: { solve: 'team' } } })
  const asked = ['read', 'change', 'create', 'solve', 'close', 'activity']
  expect(asked.filter((each) => mayDo(rep, 'ticket', each))).toEqual(['read', 'solve'])
  expect(mayDo(rep, 'customer', 'read')).toBe(false)
})
