import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import { ticketKind } from '../kind/service/ticket.ts'
import type { Kind } from '../record/kind.ts'
import { grantScopes } from './grant.ts'
import { changesFor, fieldsAbove, matrixOf, oversights, type Staffed } from './matrix.ts'

const kinds = [contactKind, customerKind, ticketKind] as unknown as Kind[]
const company: Staffed = {
  levels: ['open', 'internal', 'confidential'],
  roles: {
    agent: {
      title: 'Agent',
      kinds: {
        default: { read: 'all', upTo: 'internal' },
        ticket: { change: 'team', do: { solve: 'team', close: 'own' } },
      },
      may: ['post-leads'],
    },
    chief: { title: 'Chief', kinds: { default: 'all' }, may: ['manage-keys'] },
    spare: { title: 'Spare', kinds: {}, may: [] },
  },
  clearance: { 'customer.website': 'unheard-of' },
  people: {
    greta: { roles: ['agent'] },
    lukas: { roles: ['agent'] },
    maria: { roles: ['agent', 'chief'] },
    sofia: { roles: [] },
  },
}
const agent = company.roles.agent!
/** The company with another row of its agents. */
const withAgent = (rows: object, more: object = {}): Staffed => ({
  ...company,
  ...more,
  roles: { ...company.roles, agent: { ...agent, kinds: { ...agent.kinds, ...rows } } },
})

describe('the matrix', () => {
  test('shows kinds that are treated alike in one row, and what is done by name where it is other than the rest', () => {
    expect(matrixOf(company, ['agent'], kinds)).toEqual({
      rows: [
        {
          kinds: ['contact', 'customer'],
          read: 'all',
          create: 'none',
          change: 'none',
          do: 'none',
          upTo: 'internal',
        },
        {
          kinds: ['ticket'],
          read: 'all',
          create: 'none',
          change: 'team',
          do: 'none, close own, solve team',
          upTo: 'internal',
        },
      ],
      may: ['post leads'],
    })
  })

  test('names the fields of each level, and those that nobody sees', () => {
    expect(Object.fromEntries(fieldsAbove(company, kinds))).toEqual({
      internal: ['customer.taxNumber', 'ticket.minutes'],
      confidential: ['customer.income'],
      nobody: ['customer.website'],
    })
  })

  test('tells of roles that nobody has, of people without one, and of what nobody may change', () => {
    expect(oversights(company, kinds, [])).toEqual([
      'Nobody has the role spare.',
      'No role, so nothing but the own absences: sofia.',
    ])
    const { maria: _, ...people } = company.people
    expect(oversights({ ...company, people }, kinds, ['spare'])).toEqual([
      'Nobody has the role chief.',
      'No role, so nothing but the own absences: sofia.',
      'Nobody may change contacts or lead them on.',
      'Nobody may change customers or lead them on.',
    ])
  })
})

describe('what a change changes', () => {
  test.each<[string, Staffed, string[]]>([
    [
      'a higher level',
      withAgent({ customer: { upTo: 'confidential' } }),
      ['agent (greta, lukas, maria): may now read customer.income'],
    ],
    [
      'a lower level',
      withAgent({ default: { read: 'all', upTo: 'open' } }),
      ['agent (greta, lukas, maria): may no longer read customer.taxNumber, ticket.minutes'],
    ],
    [
      'a field that is raised',
      withAgent({}, { clearance: { ...company.clearance, 'ticket.subject': 'confidential' } }),
      ['agent (greta, lukas, maria): may no longer read ticket.subject'],
    ],
    [
      'new operations of several kinds',
      withAgent({ default: { read: 'all', upTo: 'internal', create: 'all', change: 'own' } }),
      [
        'agent (greta, lukas, maria): may now create contacts, customers, tickets',
        'agent (greta, lukas, maria): may now change contacts, customers of their own',
      ],
    ],
    [
      'wider and narrower scopes',
      withAgent({ ticket: { read: 'team', change: 'all', do: { solve: 'own', close: 'team' } } }),
      [
        'agent (greta, lukas, maria): may read only tickets of their teams, until now all',
        'agent (greta, lukas, maria): may now change tickets, all of them, until now those of their teams',
        'agent (greta, lukas, maria): may solve only tickets of their own, until now those of their teams',
        'agent (greta, lukas, maria): may now close tickets of their teams, until now those of their own',
      ],
    ],
    [
      'a kind that is taken away, whose fields are not told beside it',
      withAgent({ customer: 'none' }),
      ['agent (greta, lukas, maria): may no longer read customers'],
    ],
    [
      'what is done with no record',
      { ...company, roles: { ...company.roles, agent: { ...agent, may: ['read-denials'] } } },
      [
        'agent (greta, lukas, maria): may now read who was refused what',
        'agent (greta, lukas, maria): may no longer post leads',
      ],
    ],
    [
      'roles that come and go',
      {
        ...company,
        roles: {
          agent,
          chief: company.roles.chief!,
          clerk: { title: 'Clerk', kinds: {}, may: ['post-leads'] },
        },
      },
      ['spare is no role any more', 'clerk (nobody) is a new role: may now post leads'],
    ],
    [
      'people who come, go and get other roles',
      {
        ...company,
        people: {
          greta: { roles: ['chief'] },
          lukas: { roles: ['agent', 'spare'] },
          maria: { roles: ['chief', 'agent'] },
          tom: { roles: [] },
        },
      },
      [
        'greta: chief, until now agent; may now create contacts, customers, tickets; may now change contacts, customers; may now work on contacts, customers, tickets; may now read customer.income; may now change tickets, all of them, until now those of their teams; may now solve tickets, all of them, until now those of their teams; may now close tickets, all of them, until now those of their own; may now make, list and revoke the keys of programs; may no longer post leads',
        'lukas: agent, spare, until now agent; may do the same as before',
        'sofia has left, and is let in nowhere',
        'tom is new: no role',
      ],
    ],
    ['nothing', structuredClone(company), []],
  ])('is told of %s', (_what, after, lines) => {
    expect(changesFor(company, after, kinds)).toEqual(lines)
  })
})

test('what programs gain or lose is said of programs, and not of nobody', () => {
  const integration = { title: 'Program', kinds: { ticket: 'none' as const }, may: [] }
  const before = { ...company, roles: { ...company.roles, integration } }
  const after = {
    ...company,
    roles: { ...company.roles, integration: { ...integration, kinds: { ticket: { read: 'all' as const } } } },
  }
  expect(changesFor(before, after, kinds)).toEqual([
    'integration (programs, as far as their keys go): may now read tickets',
  ])
  expect(changesFor(company, before, kinds)).toEqual([
    'integration (programs, as far as their keys go) is a new role: may do the same as before',
  ])
})

test('nothing is told exactly when nothing that is asked changes', () => {
  const scope = fc.constantFrom(...grantScopes)
  const row = fc.record(
    {
      read: scope,
      create: fc.constantFrom('none' as const, 'all' as const),
      change: scope,
      do: fc.oneof(scope, fc.record({ solve: scope }, { requiredKeys: [] })),
      upTo: fc.constantFrom(...company.levels),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(row, row, (one, other) => {
      const [before, after] = [withAgent({ ticket: one }), withAgent({ ticket: other })]
      const told = changesFor(before, after, kinds)
      const [was, is] = [before, after].map((each) => JSON.stringify(matrixOf(each, ['agent'], kinds)))
      expect(told.length > 0, told.join('\n')).toBe(was !== is && !onlyUpTo(before, after))
    }),
    { numRuns: 300 },
  )
})

/** A level tells nothing where no field lies between, or where nothing is read. */
function onlyUpTo(before: Staffed, after: Staffed): boolean {
  const [was, is] = [before, after].map(
    (each) => matrixOf(each, ['agent'], [ticketKind as unknown as Kind]).rows[0]!,
  )
  const { upTo: one, ...rest } = was!
  const { upTo: other, ...others } = is!
  if (JSON.stringify(rest) !== JSON.stringify(others)) return false
  return rest.read === 'none' || (one !== 'open' && other !== 'open') || one === other
}
