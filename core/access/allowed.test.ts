import { expect, test } from 'vitest'
import { leadKind } from '../kind/sales/lead.ts'
import { alertKind } from '../kind/system/alert.ts'
import type { Kind } from '../record/kind.ts'
import { allowedTo, operationsAllowed, type Addresses } from './allowed.ts'
import type { Worker } from './reach.ts'

const kinds = [leadKind, alertKind] as unknown as Kind[]
const company = {
  levels: ['open', 'secret'],
  roles: {
    rep: {
      title: 'Rep',
      kinds: {
        default: {
          read: 'team',
          create: 'all',
          change: 'own',
          do: { give: 'none', take: 'team', activity: 'own' },
        },
        alert: 'none',
      },
      may: ['post-leads'],
    },
    reader: { title: 'Reader', kinds: { default: { read: 'all', create: 'all' } }, may: [] },
    integration: { title: 'Program', kinds: { default: 'all' }, may: [] },
  },
  clearance: { 'lead.budget': 'secret' },
  people: { anna: { name: 'Anna' } },
  teams: {},
  queues: {},
} as const
const addresses: Addresses[] = [
  { routes: ['POST /leads'], needsMay: 'post-leads' },
  { routes: ['POST /leads/{id}/activities'], needsPerson: true },
  { routes: ['GET /leads', 'GET /leads/{id}', 'POST /leads/{id}/convert'] },
  { routes: ['GET /alerts', 'POST /alerts/{id}/{transition}'] },
]
const rep: Worker = { person: 'anna', roles: ['rep'] }
const of = (worker: Worker, among = addresses) => allowedTo(worker, company, kinds, among)

test('a person is told how far each reaches for which there is an address, and what is hidden', () => {
  expect(of(rep)).toEqual({
    lead: { read: 'team', create: 'all', do: { activity: 'own' }, hidden: ['budget'] },
  })
  expect(operationsAllowed(rep, company)).toEqual(['post-leads'])
})

test('where a right of its own decides, that for the kind says nothing', () => {
  expect(of({ person: 'anna', roles: ['reader'] })).toEqual({
    lead: { read: 'all', do: {}, hidden: ['budget'] },
    alert: { read: 'all', do: {} },
  })
})

test('who has no role is told nothing, though a part of the address needs none', () => {
  expect(of({ person: 'anna', roles: [] })).toEqual({})
})

test('a program has what its scopes say, and nothing that wants a person', () => {
  const program = (...scopes: string[]): Worker => ({ person: undefined, roles: [], program: 'shop', scopes })
  expect(of(program('leads:write'))).toEqual({ lead: { create: 'all', do: { convert: 'all' } } })
  expect(of(program('leads:read'))).toEqual({ lead: { read: 'all', do: {} } })
  expect(operationsAllowed(program('leads:write', 'absences:read'), company)).toEqual(['post-leads'])
})

test('work is handed over where there are transitions; a program takes none', () => {
  const moved = [{ routes: ['POST /leads/{id}/{transition}'] }]
  expect(of(rep, moved)).toEqual({ lead: { do: { take: 'team' }, hidden: ['budget'] } })
  const worker: Worker = { person: undefined, roles: [], program: 'shop', scopes: ['leads:write'] }
  expect(Object.keys(of(worker, moved).lead!.do)).toEqual(['win', 'lose', 'reopen', 'give', 'plan'])
})
