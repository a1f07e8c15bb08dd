import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { rosterKey, rosterKind } from '../kind/system/roster.ts'
import { journalOf } from '../kind/system/journal.ts'
import { segmentKind } from '../kind/system/segment.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { personId, toInstant } from '../record/id.ts'
import { saidOf } from '../record/field.ts'
import { fromItem } from '../record/item.ts'
import { workKind, type WorkRecord } from '../record/open-work.ts'
import { newestOf } from '../store/run-read.ts'
import { parseTable } from '../table/definition.ts'
import { parseYaml } from '../source/yaml.ts'
import { decideSegment, refOf, type SegmentMeans, type SegmentState } from '../workflow/decide.ts'
import {
  hoursLong,
  kinds,
  machinery,
  minutes,
  monday,
  newLead,
  plainPress,
  published,
  rules,
  story,
  tenant,
  verbs,
  vocabulary,
} from '../workflow/fixture.ts'
import { keptInputs, replaySegment, type Recorded } from './replay.ts'
import { rulesOf, type Rules } from '../workflow/rules.ts'
import type { SegmentCall } from '../workflow/segment-call.ts'

const means: SegmentMeans = { kind: workKind(kinds, 'lead'), verbs, rules, press: plainPress }

/** As the journal of the record has it for a replay: personal values lie apart. */
const withoutPersonal = (record: WorkRecord): WorkRecord =>
  Object.fromEntries(
    Object.entries(record).filter(([name]) => {
      const type = leadKind.schema.shape[name as keyof typeof leadKind.schema.shape]
      return !type || !saidOf(type).personal
    }),
  ) as WorkRecord

/** Performs a segment, and keeps what it found as the journals would. */
async function recorded(
  stage: Awaited<ReturnType<typeof story>>,
  call: SegmentCall,
): Promise<Recorded | undefined> {
  const record = withoutPersonal(await stage.lead())
  const run = await newestOf(stage.store, refOf(call))
  await stage.segment(call)
  const segment = await newestOf(stage.store, refOf(call))
  if (segment?.segment !== call.segment || segment.segment === run?.segment) return undefined
  const item = await stage.store.get(rosterKey(tenant))
  const { steps, last, awaited } = call
  return {
    segment,
    run,
    record,
    absences: item ? fromItem(rosterKind, item).absences : [],
    plan: { steps, last, awaited },
  }
}

const effectsOf = ({ segment }: Recorded): string | undefined =>
  journalOf(segment, plainPress).grounds?.effects

/** What may have happened to a lead before each of its segments. */
const happening = fc.constantFrom(
  'nothing',
  'answered',
  'closed',
  'reassigned',
  'away',
  'all away',
  'manager away',
  'late',
  'put off',
)

async function happen(stage: Awaited<ReturnType<typeof story>>, what: string): Promise<void> {
  const until = stage.clock.now + hoursLong(9)
  const people =
    { away: ['anna'], 'all away': ['anna', 'boris', 'clara'], 'manager away': ['maria'] }[what] ?? []
  for (const person of people) await stage.away(person, stage.clock.now, until)
  if (what === 'answered') await stage.change((lead) => ({ ...lead, answeredAt: toInstant(stage.clock.now) }))
  if (what === 'closed') await stage.change((lead) => ({ ...lead, status: 'lost' }))
  if (what === 'reassigned') await stage.change((lead) => ({ ...lead, ownerId: personId.parse('viktor') }))
  if (what === 'put off') await stage.change((lead) => ({ ...lead, respondBy: toInstant(until) }))
  if (what === 'late') stage.clock.now += minutes(7)
}

describe('a segment that was recorded', () => {
  test('comes to the same from what its journal says alone, whatever happened to its lead', async () => {
    let replayed = 0
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          country: fc.constantFrom('DE', 'CH', undefined),
          employees: fc.constantFrom(5, 900, undefined),
        }),
        fc.array(happening, { minLength: 4, maxLength: 4 }),
        fc.nat(5),
        async (lead, happenings, hop) => {
          const stage = await story(newLead(lead))
          for (const [i, { event, ...rest }] of stage.calls.entries()) {
            const call = { ...rest, event: { ...event, hop } }
            await happen(stage, happenings[i]!)
            const kept = await recorded(stage, call)
            if (!kept) continue
            expect(await replaySegment(kept, means), `segment ${i}`).toBe(effectsOf(kept))
            replayed++
            stage.clock.now = Math.max(stage.clock.now, Date.parse(kept.segment.until ?? '1970-01-01'))
          }
        },
      ),
      { numRuns: 100 },
    )
    expect(replayed).toBeGreaterThan(150)
  })

  test('says when, because of what, from which versions and by what it was decided', async () => {
    const stage = await story()
    const [first, second] = [await recorded(stage, stage.calls[0]!), await recorded(stage, stage.calls[1]!)]
    const { by } = rules
    expect(journalOf(first!.segment, plainPress).grounds).toEqual({
      because: 'event',
      seen: { lead: 1, roster: 1 },
      by: by(),
      effects: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    })
    expect(journalOf(second!.segment, plainPress).grounds).toMatchObject({
      because: 'time',
      seen: { lead: 2 },
    })
    expect(by()).toEqual({
      company: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      engine: 'test',
      zones: 'test',
    })
  })

  test('comes to something else when a table, the company, the record or a turn is another one', async () => {
    const stage = await story()
    const kept = (await recorded(stage, stage.calls[0]!))!
    const { company, tables } = published
    const slower = {
      ...tables['lead-routing']!,
      default: {
        ...tables['lead-routing']!.default!,
        then: { team: 'north', priority: 'normal', respondWithin: '3 hours' },
      },
    }
    const tokyo = { ...company.calendars.office!, timeZone: 'Asia/Tokyo' }
    const inTokyo = { ...company, calendars: { ...company.calendars, office: tokyo } }
    const others: [string, Recorded, Rules][] = [
      ['table', kept, rulesOf({ company, tables: { ...tables, 'lead-routing': slower } }, machinery)],
      ['company', kept, rulesOf({ ...published, company: inTokyo }, machinery)],
      ['record', { ...kept, record: { ...kept.record, createdAt: toInstant(monday - hoursLong(1)) } }, rules],
      ['moment', { ...kept, segment: { ...kept.segment, at: toInstant(monday + minutes(1)) } }, rules],
    ]
    for (const [what, changed, by] of others)
      expect(await replaySegment(changed, { ...means, rules: by }), what).not.toBe(effectsOf(kept))
  })

  test('needs no personal value: whether a condition on one held stands in its journal', async () => {
    const text = `decision: lead-routing
record: lead
hitPolicy: first
outputs:
  team: { type: team }
  priority: { type: text, oneOf: [high, normal] }
  respondWithin: { type: duration }
rows:
  - id: doctor
    when: { lead.contact.name: [{ prefix: Dr }], lead.country: [CH] }
    then: { team: solo, priority: high, respondWithin: 1 hour }
  - id: olha
    when: { lead.contact.name: [{ prefix: Olha }], lead.country: [DE] }
    then: { team: north, priority: high, respondWithin: 1 hour }
default: { team: north, priority: normal, respondWithin: 2 hours }
`
    const table = parseTable(parseYaml('rules/lead-routing.yaml', text), vocabulary)
    expect(table.personal).toEqual(['lead.contact.name'])
    const personal = rulesOf({ ...published, tables: { 'lead-routing': table } }, machinery)
    for (const country of ['DE', 'CH', 'FR']) {
      const stage = await story(newLead({ country }))
      vi.spyOn(rules, 'table').mockImplementation((name) => personal.table(name))
      const kept = (await recorded(stage, stage.calls[0]!))!
      vi.restoreAllMocks()
      expect(JSON.stringify(kept.record)).not.toContain('Olha')
      expect(await replaySegment(kept, { ...means, rules: personal }), country).toBe(effectsOf(kept))
    }
  })
})

/** Notes the names of what is read of an object. */
const watched = <T extends object>(target: T, read: Set<string>): T =>
  new Proxy(target, {
    get(from, name, self) {
      if (typeof name === 'string') read.add(name)
      return Reflect.get(from, name, self) as unknown
    },
    ownKeys(from) {
      for (const name of Reflect.ownKeys(from)) if (typeof name === 'string') read.add(name)
      return Reflect.ownKeys(from)
    },
  })

test('a decision reads nothing that its journal does not keep', async () => {
  const stage = await story()
  const read = {
    call: new Set<string>(),
    state: new Set<string>(),
    means: new Set<string>(),
    rules: new Set<string>(),
  }
  for (const call of stage.calls) {
    const run = await newestOf(stage.store, refOf(call))
    await stage.segment(call)
    const { segment } = { segment: (await newestOf(stage.store, refOf(call)))! }
    const state: SegmentState = {
      record: await stage.lead(),
      run: run && fromItem(segmentKind, (await stage.store.get(segmentKind.keys(run)))!),
      absences: [],
      roster: 1,
      assignments: new Map(),
    }
    const here = { ...means, rules: watched(rules, read.rules) }
    await decideSegment(
      watched(call, read.call),
      watched(state, read.state),
      watched(here, read.means),
      Date.parse(segment.at),
    )
  }
  for (const part of ['call', 'state', 'means'] as const)
    expect(Object.keys(keptInputs[part])).toEqual(expect.arrayContaining([...read[part]]))
  // Of what is published: the company by its hash, tables by their versions.
  expect(['company', 'table', 'team', 'queue', 'calendar', 'by', 'sha256']).toEqual(
    expect.arrayContaining([...read.rules]),
  )
  expect(read.state.size).toBe(Object.keys(keptInputs.state).length)
})
