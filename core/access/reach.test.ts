import fc from 'fast-check'
import { expect, test } from 'vitest'
import { company as companySchema } from '../company/company.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { queueId, teamId } from '../record/id.ts'
import { company as small, newLead } from '../workflow/fixture.ts'
import { grantFor, mayReach, type Right, type Worker } from './reach.ts'

const { north, solo } = small.teams as Record<string, unknown>
const company = companySchema.parse({
  ...small,
  teams: { north, solo: { ...(solo as object), members: ['clara'], manager: 'viktor' } },
  people: { ...small.people, boris: { ...(small.people as any).boris, territories: ['dach'] } },
  roles: {
    rep: { title: 'Rep', kinds: { default: { read: 'team', do: { activity: 'team', win: 'own' } } } },
    manager: { title: 'Manager', kinds: { default: 'all' } },
    regional: { title: 'Regional', kinds: { default: { read: 'territory' } } },
    integration: { title: 'Program', kinds: { default: { read: 'all', create: 'all' } } },
  },
})
const rep = (person?: string): Worker => ({ person, roles: ['rep'] })
const [northern, lonely] = [teamId.parse('north'), teamId.parse('solo')]
const reach = (worker: Worker, operation: string, record: object): Right =>
  mayReach(
    { worker, grant: grantFor(worker, leadKind, company), company },
    { kind: leadKind, operation },
    record as Record<string, unknown>,
  )

test.each([
  ['a member of its team', rep('boris'), {}],
  ['the manager of its team, by the company and without the role', rep('maria'), {}],
  ['its owner, of whatever team he is', rep('clara'), { ownerId: 'clara', teamId: northern }],
  ['who made it', rep('clara'), { createdBy: 'clara' }],
  ['whoever watches its queue', rep('viktor'), { queueId: queueId.parse('unanswered') }],
  ['anybody while it has no team and nobody has it', rep('clara'), { teamId: undefined, ownerId: undefined }],
  [
    'anybody when its team is gone and nobody has it',
    rep('clara'),
    { teamId: 'dissolved', ownerId: undefined },
  ],
  ['a member of a team of its owner, where it names none', rep('boris'), { teamId: undefined }],
  ['a manager of other teams', { person: 'clara', roles: ['rep', 'manager'] }, {}],
  [
    'a program, as far as its key goes',
    { person: undefined, roles: [], program: 'shop', scopes: ['leads:read'] },
    {},
  ],
  [
    'whoever answers for its territory',
    { person: 'boris', roles: ['regional'] },
    { teamId: lonely, ownerId: 'viktor', territory: 'dach' },
  ],
] as const)('%s may read a record', (_who, worker, more) => {
  const lead = { ...newLead({ queueId: undefined, ownerId: 'anna', teamId: northern }), ...more }
  expect(reach(worker, 'read', lead)).toEqual({ may: true })
})

test('a rep of another team may not, and is told whose it is and whom to ask', () => {
  const lead = newLead({ queueId: undefined, ownerId: 'clara', teamId: lonely })
  expect(reach(rep('boris'), 'read', lead)).toEqual({
    may: false,
    because: expect.stringMatching(/"Solo".*viktor/),
  })
})

test('what reaches the own records only stops at those of the team', () => {
  const lead = newLead({ queueId: undefined, ownerId: 'anna', teamId: northern })
  expect(reach(rep('anna'), 'win', lead)).toEqual({ may: true })
  expect(reach(rep('boris'), 'win', lead).may).toBe(false)
  expect(reach(rep('boris'), 'activity', lead)).toEqual({ may: true })
})

test('what no role says is refused, and so is what the scopes of a key do not say', () => {
  const lead = newLead({ ownerId: 'anna', teamId: northern })
  expect(reach(rep('anna'), 'lose', lead)).toEqual({ may: false, because: expect.stringContaining('rep') })
  expect(reach({ person: 'anna', roles: ['gone'] }, 'read', lead).may).toBe(false)
  expect(reach({ person: 'anna', roles: ['constructor'] }, 'read', lead).may).toBe(false)
  const program = { person: undefined, roles: ['manager'], program: 'shop', scopes: ['tickets:read'] }
  expect(reach(program, 'read', lead)).toEqual({ may: false, because: expect.stringContaining('leads:read') })
})

test.each([undefined, 'left-long-ago', 'constructor', ''])(
  'an account of nobody in the company (%s) reaches no record that a team has',
  (person) => expect(reach(rep(person), 'read', newLead({ teamId: northern })).may).toBe(false),
)

test('every open lead is reached by somebody', () => {
  const name = fc.option(fc.constantFrom('north', 'solo', 'dissolved'), { nil: undefined })
  fc.assert(
    fc.property(name, fc.option(fc.constantFrom('intake', 'gone'), { nil: undefined }), (team, queue) => {
      const lead = { teamId: team && teamId.parse(team), queueId: queue && queueId.parse(queue) }
      const people = Object.keys(company.people)
      expect(people.some((person) => reach(rep(person), 'read', lead).may)).toBe(true)
    }),
  )
})
