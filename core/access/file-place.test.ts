import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nothing, type Grant, type GrantScope } from './grant.ts'
import { asksWhere, fileAbove, filedIn } from './file-place.ts'

const contact = { filedUnder: 'customerId' }

test('what names no team, owner or queue lies in the file of what it is filed under', () => {
  expect(fileAbove(contact, { id: 'con_1', customerId: 'cus_1', createdBy: 'anna' })).toBe('cus_1')
})

test.each([
  ['a team', { teamId: 'north' }],
  ['an owner', { ownerId: 'anna' }],
  ['a queue', { queueId: 'intake' }],
])('what names %s is judged by itself', (_what, more) => {
  expect(fileAbove(contact, { id: 'tkt_1', customerId: 'cus_1', ...more })).toBeUndefined()
})

test('what is filed under nothing, or of a kind that is not, is judged by itself', () => {
  expect(fileAbove(contact, { id: 'con_1' })).toBeUndefined()
  expect(fileAbove({}, { id: 'cus_1', customerId: 'cus_2' })).toBeUndefined()
})

test('in a file it is with whom the file is, by its own id, whoever has made it', () => {
  expect(
    filedIn(
      { id: 'con_1', customerId: 'cus_1', createdBy: 'anna', name: 'Bo' },
      { id: 'cus_1', teamId: 'north', ownerId: 'clara', territory: 'dach', createdBy: 'viktor', name: 'Co' },
    ),
  ).toEqual({ id: 'con_1', teamId: 'north', ownerId: 'clara', territory: 'dach', createdBy: 'viktor' })
})

test('where it lies is asked exactly when some operation reaches neither none nor all', () => {
  const scope = fc.constantFrom<GrantScope>('none', 'own', 'team', 'territory', 'all')
  const part = fc.constantFrom('read', 'change', 'others', 'solve')
  fc.assert(
    fc.property(part, scope, (name, wide) => {
      const grant: Grant = {
        ...nothing,
        ...(name === 'read' && { read: wide }),
        ...(name === 'change' && { change: wide }),
        do: {
          others: name === 'others' ? wide : 'all',
          named: name === 'solve' ? { solve: wide } : {},
        },
      }
      expect(asksWhere(grant)).toBe(wide !== 'none' && wide !== 'all')
    }),
  )
})
