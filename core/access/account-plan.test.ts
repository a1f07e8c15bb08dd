import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Person } from '../company/company.ts'
import { planAccounts, type Account, type AccountStep } from './account-plan.ts'

const person = (email: string): Person => ({ name: email, email, language: 'en', roles: ['sales'] })
const people = { anna: person('anna@northwind.example'), jonas: person('jonas@northwind.example') }
const account = (username: string, more: Partial<Account> = {}): Account => ({
  username,
  email: `${username}@northwind.example`,
  emailVerified: true,
  person: username,
  enabled: true,
  ...more,
})

test.each<[string, Account[], AccountStep[], RegExp[]]>([
  [
    'is made when it is missing',
    [account('anna')],
    [{ do: 'create', username: 'jonas', email: people.jonas.email }],
    [],
  ],
  [
    'stays when it fits, whatever the case of its address',
    [account('anna'), account('jonas', { email: 'Jonas@Northwind.example' })],
    [],
    [],
  ],
  [
    'gets the address that is published, and it counts as verified',
    [account('anna', { email: 'old@northwind.example' }), account('jonas', { emailVerified: false })],
    [
      { do: 'change', username: 'anna', email: people.anna.email },
      { do: 'change', username: 'jonas', email: people.jonas.email },
    ],
    [],
  ],
  [
    'made by hand gets its person',
    [account('anna', { person: undefined }), account('jonas')],
    [{ do: 'change', username: 'anna', person: 'anna' }],
    [],
  ],
  [
    'of somebody who has left is disabled once',
    [account('anna'), account('jonas'), account('boris'), account('clara', { enabled: false })],
    [{ do: 'disable', username: 'boris' }],
    [],
  ],
  [
    'of nobody is left alone',
    [account('anna'), account('jonas'), account('robot', { person: undefined })],
    [],
    [/^robot belongs to nobody/],
  ],
  [
    'that somebody has disabled stays disabled',
    [account('anna', { enabled: false }), account('jonas')],
    [],
    [/^anna is disabled/],
  ],
  [
    'beside another of the same person does not get the address too',
    [account('ab', { person: 'anna', email: 'x@northwind.example' }), account('anna'), account('jonas')],
    [],
    [/^ab is another account of anna/],
  ],
])('an account %s', (_what, accounts, steps, notes) => {
  const plan = planAccounts(people, accounts)
  expect(plan.steps).toEqual(steps)
  expect(plan.notes).toEqual(notes.map((note) => expect.stringMatching(note)))
})

test('a plan that was carried out leaves nothing to do', () => {
  const name = fc.constantFrom('anna', 'jonas', 'boris', 'constructor', 'robot')
  const any = fc.record({
    username: name,
    email: fc.option(fc.constantFrom('anna@northwind.example', 'other@northwind.example'), {
      nil: undefined,
    }),
    emailVerified: fc.boolean(),
    person: fc.option(name, { nil: undefined }),
    enabled: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(any, { selector: ({ username }) => username }), (accounts) => {
      const pool = new Map<string, Account>(accounts.map((one) => [one.username, one]))
      for (const step of planAccounts(people, accounts).steps) {
        const before = pool.get(step.username) ?? account(step.username)
        if (step.do === 'create') expect(pool.has(step.username)).toBe(false)
        if (step.do === 'disable') pool.set(step.username, { ...before, enabled: false })
        else
          pool.set(step.username, {
            ...before,
            ...(step.email !== undefined && { email: step.email, emailVerified: true }),
            ...('person' in step && { person: step.person }),
          })
      }
      expect(planAccounts(people, [...pool.values()]).steps).toEqual([])
      const open = [...pool.values()].filter(({ enabled, person: who }) => enabled && who !== undefined)
      for (const { person: who } of open) expect(Object.keys(people)).toContain(who)
    }),
  )
})
