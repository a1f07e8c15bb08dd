import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { customerKind } from '../kind/customer/customer.ts'
import { ticketKind } from '../kind/service/ticket.ts'
import {
  grantOf,
  grantScopes,
  hiddenFields,
  levelOfField,
  mayDo,
  nothing,
  scopeFor,
  type Policy,
} from './grant.ts'

const policy: Policy = {
  levels: ['open', 'internal', 'confidential', 'secret'],
  roles: {
    everything: { title: 'Everything', kinds: { default: 'all' }, may: ['manage-keys'] },
    seller: {
      title: 'Seller',
      kinds: {
        default: { read: 'team', create: 'all', change: 'own', do: 'own', upTo: 'internal' },
        alert: 'none',
        ticket: { read: 'all', do: { solve: 'team', close: 'none' } },
      },
      may: [],
    },
    reader: { title: 'Reader', kinds: { default: { read: 'all', upTo: 'confidential' } }, may: [] },
    // No row for every kind: what is not named is refused.
    clerk: { title: 'Clerk', kinds: { ticket: 'all' }, may: ['post-leads'] },
    stern: { title: 'Stern', kinds: { default: 'none', ticket: { read: 'own' } }, may: [] },
  },
  clearance: { 'customer.income': 'secret', 'customer.website': 'no-such-level' },
}
const of = (kind: string, ...roles: string[]) => grantOf(policy, roles, kind)

describe('what a role allows', () => {
  test('is what the row of a kind says, and by `default` what it leaves out', () => {
    expect(of('ticket', 'seller')).toEqual({
      read: 'all',
      create: 'all',
      change: 'own',
      do: { others: 'own', named: { solve: 'team', close: 'none' } },
      upTo: 1,
    })
    expect(of('customer', 'seller')).toEqual({
      read: 'team',
      create: 'all',
      change: 'own',
      do: { others: 'own', named: {} },
      upTo: 1,
    })
  })

  test('is everything with `all`, up to the highest level, and nothing with `none`, whatever `default` says', () => {
    const all = { read: 'all', create: 'all', change: 'all', do: { others: 'all', named: {} }, upTo: 3 }
    expect(of('ticket', 'everything')).toEqual(all)
    expect(of('ticket', 'clerk')).toEqual(all)
    expect(of('alert', 'seller')).toEqual(nothing)
  })

  test('is nothing where neither the kind nor `default` is named, or `default` is none', () => {
    expect(of('customer', 'clerk')).toEqual(nothing)
    expect(of('customer', 'stern')).toEqual(nothing)
    expect(of('ticket', 'stern')).toEqual({ ...nothing, read: 'own' })
  })

  test.each(['constructor', '__proto__', 'toString', 'gone', ''])(
    'is nothing for a role, a kind and an operation by the name %j that nobody has declared',
    (name) => {
      expect(of('ticket', name)).toEqual(nothing)
      expect(of(name, 'clerk')).toEqual(nothing)
      expect(scopeFor(of('ticket', 'stern'), name)).toBe('none')
      expect(scopeFor(of('ticket', 'seller'), name)).toBe('own')
      expect(mayDo(policy, [name], 'manage-keys')).toBe(false)
      expect(mayDo(policy, ['everything'], name)).toBe(false)
    },
  )

  test('is asked by the name of what is done; what is not named is done as the others are', () => {
    const grant = of('ticket', 'seller')
    expect(
      ['read', 'create', 'change', 'solve', 'close', 'take'].map((each) => scopeFor(grant, each)),
    ).toEqual(['all', 'all', 'own', 'team', 'none', 'own'])
  })

  test('by name in a row stands beside what `default` says by name', () => {
    const kinds = {
      default: { do: { solve: 'all', close: 'all' } },
      ticket: { do: { close: 'own' } },
    } as const
    const grant = grantOf({ ...policy, roles: { named: { title: '', kinds, may: [] } } }, ['named'], 'ticket')
    expect(grant.do).toEqual({ others: 'none', named: { solve: 'all', close: 'own' } })
  })

  test('without a record is what `may` of one of the roles says', () => {
    expect(mayDo(policy, ['reader', 'clerk'], 'post-leads')).toBe(true)
    expect(mayDo(policy, ['reader', 'seller'], 'post-leads')).toBe(false)
    expect(mayDo(policy, [], 'post-leads')).toBe(false)
  })
})

describe('several roles', () => {
  test('allow what the widest of them does, each operation for itself', () => {
    expect(of('customer', 'seller', 'reader')).toEqual({
      read: 'all',
      create: 'all',
      change: 'own',
      do: { others: 'own', named: {} },
      upTo: 2,
    })
  })

  test('allow something by name as wide as the other does it without a name', () => {
    const grant = of('ticket', 'seller', 'clerk')
    expect(['solve', 'close', 'take'].map((each) => scopeFor(grant, each))).toEqual(['all', 'all', 'all'])
  })

  test('of which one is gone allow what the others do', () => {
    expect(of('ticket', 'gone', 'seller')).toEqual(of('ticket', 'seller'))
  })
})

describe('levels of fields', () => {
  test('are those of the kind, raised by the company; without one everybody sees them', () => {
    expect(levelOfField(policy, customerKind, 'name')).toBe(0)
    expect(levelOfField(policy, customerKind, 'taxNumber')).toBe(1)
    expect(levelOfField(policy, customerKind, 'income')).toBe(3)
    expect(levelOfField({ ...policy, clearance: {} }, customerKind, 'income')).toBe(2)
    expect(
      levelOfField(
        { ...policy, clearance: { 'customer.openTickets': 'secret' } },
        customerKind,
        'openTickets',
      ),
    ).toBe(3)
  })

  test('that there are not are above all: nobody sees such a field', () => {
    expect(levelOfField(policy, customerKind, 'website')).toBe(policy.levels.length)
    expect([...hiddenFields(policy, customerKind, of('customer', 'everything'))]).toEqual(['website'])
    const few = { levels: ['everybody'], clearance: {} }
    expect(levelOfField(few, customerKind, 'income')).toBeGreaterThan(0)
  })

  test.each(['constructor', '__proto__', 'toString'])('of a field by the name %s are the lowest', (name) => {
    expect(levelOfField(policy, customerKind, name)).toBe(0)
    expect(hiddenFields(policy, customerKind, nothing).has(name)).toBe(false)
  })

  test('hide what is above them, derived fields too', () => {
    const secretive = { ...policy, clearance: { 'customer.openTickets': 'internal' } }
    expect([...hiddenFields(secretive, customerKind, { upTo: 0 })].toSorted()).toEqual([
      'income',
      'openTickets',
      'taxNumber',
    ])
    expect([...hiddenFields(secretive, customerKind, { upTo: 1 })]).toEqual(['income'])
    expect([...hiddenFields(policy, ticketKind, { upTo: 0 })]).toEqual(['minutes'])
  })
})

/* Any policy at all, with names that objects have of themselves. */
const names = ['ticket', 'customer', 'constructor', '__proto__', 'alert']
const operations = ['read', 'create', 'change', 'solve', 'close', 'constructor']
const scope = fc.constantFrom(...grantScopes)
const levels = ['open', 'internal', 'confidential']
const plan = fc.oneof(
  fc.constantFrom('none' as const, 'all' as const),
  fc.record(
    {
      read: scope,
      create: fc.constantFrom('none' as const, 'all' as const),
      change: scope,
      do: fc.oneof(scope, fc.dictionary(fc.constantFrom('solve', 'close', 'constructor'), scope)),
      upTo: fc.constantFrom(...levels),
    },
    { requiredKeys: [] },
  ),
)
const role = fc.record({
  title: fc.constant('Any'),
  kinds: fc.dictionary(fc.constantFrom('default', ...names), plan),
  may: fc.subarray(['post-leads', 'manage-keys']),
})
const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  levels: fc.constant(levels),
  roles: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), role),
  clearance: fc.constant({}),
})
const someRoles = fc.array(fc.constantFrom('a', 'b', 'c', 'constructor', 'toString'), { maxLength: 4 })
const place = (each: (typeof grantScopes)[number]): number => grantScopes.indexOf(each)

test('more roles never allow less, and no more than one of them does', () => {
  fc.assert(
    fc.property(anyPolicy, someRoles, someRoles, fc.constantFrom(...names), (any, some, more, kind) => {
      const grant = grantOf(any, some, kind)
      const wide = grantOf(any, [...more, ...some], kind)
      const each = [...more, ...some].map((name) => grantOf(any, [name], kind))
      expect(wide.upTo).toBe(Math.max(0, ...each.map(({ upTo }) => upTo)))
      expect(wide.upTo).toBeGreaterThanOrEqual(grant.upTo)
      for (const operation of operations) {
        const scopes = each.map((one) => place(scopeFor(one, operation)))
        expect(place(scopeFor(wide, operation))).toBe(Math.max(0, ...scopes))
        expect(place(scopeFor(wide, operation))).toBeGreaterThanOrEqual(place(scopeFor(grant, operation)))
      }
      for (const operation of ['post-leads', 'manage-keys'])
        expect(mayDo(any, [...more, ...some], operation)).toBe(
          [...more, ...some].some((name) => mayDo(any, [name], operation)),
        )
    }),
    { numRuns: 1_000 },
  )
})

test('a grant is the same in whatever order the roles are named, and how often', () => {
  fc.assert(
    fc.property(anyPolicy, someRoles, fc.constantFrom(...names), (any, some, kind) => {
      const one = grantOf(any, some, kind)
      const other = grantOf(any, [...some, ...some].toReversed(), kind)
      for (const operation of operations) expect(scopeFor(other, operation)).toBe(scopeFor(one, operation))
      expect(other.upTo).toBe(one.upTo)
    }),
  )
})
