import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf } from '../record/key.ts'
import { denialEntity, denialPrefix, keepDenial, mostAMinute } from './denial.ts'
import { fromItem, type Item } from '../record/item.ts'

const now = Date.parse('2027-03-01T09:41:27.123Z')
const asked = { tenant: 'main', by: 'anna', status: 404, route: 'GET /customers/{id}', request: 'r1', now }
const attempt = { of: 'customer', id: 'cus_1', operation: 'read', because: 'this customer belongs to others' }
const itemOf = (more: object = {}, what: object = {}): Item => {
  const write = keepDenial({ ...attempt, ...what }, { ...asked, ...more })
  if (write.do !== 'create') throw new Error('it must be refused when its place is taken')
  return write.item
}

test('an attempt lies under its day and minute, for 400 days', () => {
  const item = itemOf()
  expect(item.pk).toBe('main#access#2027-03-01')
  expect(item.pk.startsWith(denialPrefix('main'))).toBe(true)
  expect(item.sk).toMatch(/^09:41#anna#\d$/)
  expect(item.expiresAt).toBe(Math.floor(now / 1000) + 400 * 86_400)
  expect(fromItem(denialEntity, item)).toMatchObject({
    by: 'anna',
    recordKind: 'customer',
    recordId: 'cus_1',
    operation: 'read',
    because: 'this customer belongs to others',
  })
})

test('whatever the requests, one caller has at most ten places in a minute, and uses them', () => {
  const places = new Set(
    Array.from({ length: 500 }, (_, i) => itemOf({ request: `JKJaXmPLvHcESHA=${i}` }).sk),
  )
  expect(places.size).toBe(mostAMinute)
})

test('no caller reaches into the places of another, of another minute or another tenant', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '#', '%', ':', '0', '9'), minLength: 1, maxLength: 6 })
  const minute = fc.nat(3)
  fc.assert(
    fc.property(
      fc.tuple(name, name),
      fc.tuple(minute, minute),
      fc.string(),
      ([by, other], [one, two], request) => {
        fc.pre(by !== other || one !== two)
        const [a, b] = [
          itemOf({ by, now: now + one * 60_000, request }),
          itemOf({ by: other, now: now + two * 60_000, request }),
        ]
        expect(a.sk).not.toBe(b.sk)
        expect(itemOf({ by, tenant: other }).pk).not.toBe(itemOf({ by, tenant: `${other}x` }).pk)
      },
    ),
  )
})

test('whatever stands in the address costs one write unit', () => {
  const long = 'Ї'.repeat(5_000)
  const item = itemOf({}, { id: long, operation: long, because: long })
  const bytes = Object.entries(item).reduce(
    (sum, [name, value]) => sum + name.length + bytesOf(String(value)),
    0,
  )
  expect(bytes).toBeLessThan(1_024)
})
