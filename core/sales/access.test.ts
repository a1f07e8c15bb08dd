import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queueId, teamId, toInstant } from '../record/id.ts'
import { company as companySchema } from '../company/company.ts'
import { memoryStore } from '../store/memory.ts'
import { company as small, id, monday, newLead, tenant } from '../workflow/fixture.ts'
import { mayWork, recordRefusal, type Worker } from './access.ts'

const { north, solo } = small.teams as Record<string, unknown>
const company = companySchema.parse({
  ...small,
  teams: { north, solo: { ...(solo as object), members: ['clara'], manager: 'viktor' } },
})
const rep = (person?: string): Worker => ({ person, groups: ['sales'] })
const [northern, lonely] = [teamId.parse('north'), teamId.parse('solo')]

test.each([
  ['a member of its team', rep('boris'), {}, 'team'],
  ['the manager of its team, by the company and without the group', rep('maria'), {}, 'team'],
  ['its owner, of whatever team he is', rep('clara'), { ownerId: 'clara', teamId: lonely }, 'owner'],
  ['whoever watches its queue', rep('viktor'), { queueId: queueId.parse('unanswered') }, 'watcher'],
  ['anybody of sales while it has no team', rep('clara'), { teamId: undefined, ownerId: 'anna' }, 'anybody'],
  ['anybody when its team is gone', rep('clara'), { teamId: teamId.parse('dissolved') }, 'anybody'],
  [
    'a manager of other teams',
    { person: 'clara', groups: ['sales', 'manager'] },
    { teamId: lonely },
    'office',
  ],
  [
    'a program, as far as its key goes',
    { person: undefined, groups: [], program: 'shop' },
    { teamId: lonely },
    'program',
  ],
  ['operations', { person: undefined, groups: ['operations'] }, {}, 'office'],
] as const)('%s may work on a lead', (_who, worker, more, as) => {
  const lead = newLead({ queueId: undefined, ownerId: 'anna', teamId: northern, ...more })
  expect(mayWork(worker, lead, company)).toEqual({ may: true, as })
})

test('a rep of another team may not, and is told whose it is and whom to ask', () => {
  const lead = newLead({ queueId: undefined, ownerId: 'clara', teamId: lonely })
  const right = mayWork(rep('boris'), lead, company)
  expect(right).toEqual({ may: false, because: expect.stringMatching(/"Solo".*viktor/) })
})

test.each([undefined, 'left-long-ago', 'constructor', ''])(
  'an account of nobody in the company (%s) may work on no lead, routed or not',
  (person) => {
    for (const team of [northern, undefined])
      expect(mayWork(rep(person), newLead({ teamId: team }), company).may).toBe(false)
  },
)

test('every open lead can be worked on by somebody of sales', () => {
  const name = fc.option(fc.constantFrom('north', 'solo', 'dissolved'), { nil: undefined })
  fc.assert(
    fc.property(name, fc.option(fc.constantFrom('intake', 'gone'), { nil: undefined }), (team, queue) => {
      const lead = { teamId: team && teamId.parse(team), queueId: queue && queueId.parse(queue) }
      const people = Object.keys(company.people)
      expect(people.some((person) => mayWork(rep(person), lead as never, company).may)).toBe(true)
    }),
  )
})

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
