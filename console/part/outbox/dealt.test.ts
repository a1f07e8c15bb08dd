import { expect, test } from 'vitest'
import type { Pending } from '../../outbox.ts'
import { dealtWith } from './dealt.ts'

const pending = (id: string, more: Partial<Pending> = {}): Pending => ({
  key: id,
  path: `/leads/${id}/activities`,
  body: {},
  what: 'call',
  about: `/leads/${id}`,
  said: id,
  at: { to: '/work' },
  isDealt: true,
  sendAt: 0,
  state: 'held',
  ...more,
})

test('what was answered is dealt with as long as it waits; a note, and what was refused, is not', () => {
  const { isDealt, ...note } = pending('noted')
  const all = [pending('held'), pending('offline', { state: 'waiting' }), pending('no', { state: 'refused' })]
  expect(isDealt).toBe(true)
  expect([...dealtWith([...all, note])]).toEqual(['held', 'offline'])
})
