import { describe, expect, test } from 'vitest'
import { clockOf } from '../message/clock.ts'
import { changeEntryOf } from '../project/change-entry.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { toInstant, type Language } from '../record/id.ts'
import type { Item } from '../record/item.ts'
import type { WorkKind } from '../record/open-work.ts'
import {
  callsOf,
  company,
  hoursLong,
  kinds,
  machine,
  minutes,
  monday,
  newLead,
  plainPress,
  published,
  story,
} from '../workflow/fixture.ts'
import type { Reader } from './reader.ts'
import { whyOf, type Reasons, type Why } from './why.ts'

const kind = leadKind as unknown as WorkKind
const { name, title, hash, segments } = machine
const workflows = { [name]: { title, version: hash, segments } }

const readerIn = (
  language: Language,
  now: number,
  { hidden = [], zone = 'Europe/Kyiv' }: Pick<Asked, 'hidden' | 'zone'>,
): Reader => ({
  company,
  kinds,
  language,
  zone,
  clock: clockOf(language, zone, toInstant(now)),
  now,
  isHidden: (noun, field) => noun === 'lead' && hidden.includes(field),
})

interface Asked {
  language?: Language
  hidden?: readonly string[]
  zone?: string | undefined
  items?: readonly Item[]
  more?: Partial<Reasons>
}
type Story = Awaited<ReturnType<typeof story>>

async function why(
  told: Story,
  { language = 'en', hidden = [], zone, items = [], more = {} }: Asked = {},
): Promise<Why> {
  const reasons: Reasons = {
    items: [...told.store.all(), ...items],
    tables: published.tables,
    press: plainPress,
    workflows,
    absences: [],
    ...more,
  }
  return whyOf(kind, await told.lead(), reasons, readerIn(language, told.clock.now, { hidden, zone }))
}

const large = newLead({ employees: 800, budget: undefined })
const until = '2026-11-27T16:00:00.000Z'
async function begun(lead = large, before = 1): Promise<Story> {
  const told = await story(lead)
  await told.away('anna', monday - hoursLong(1), Date.parse(until))
  await told.follow(before)
  return told
}

describe('a lead that its workflow has assigned', () => {
  test('is promised by the reader’s clock, and by that of the opening hours where it says another time', async () => {
    const told = await begun()
    expect((await why(told, { zone: 'Europe/Berlin' })).sentence).toMatch(
      /until 09:30 \(Berlin\), 10:30 \(Kyiv\)\.$/,
    )
    expect((await why(told, { zone: 'Europe/Athens' })).sentence).toMatch(/until 10:30 \(Athens\)\.$/)
  })

  test('says for each of the four which decision set it, and what the table saw', async () => {
    const told = await begun()
    const { ownerId } = await told.lead()
    const { owner, team, priority, promise, decisions } = await why(told)
    const [decision] = decisions
    expect(decisions).toHaveLength(1)
    expect(owner).toMatchObject({ person: { id: ownerId }, how: 'assigned', decision: decision!.id })
    expect(team).toMatchObject({ id: 'north', title: 'North', how: 'table', decision: decision!.id })
    expect(priority).toMatchObject({ value: 'high', how: 'table', decision: decision!.id })
    expect(promise).toMatchObject({
      field: 'respondBy',
      from: toInstant(monday),
      until: toInstant(monday + minutes(30)),
      within: '30 minutes',
      calendar: { id: 'office', title: 'Office', timeZone: 'Europe/Kyiv' },
      how: 'table',
    })
    expect(decision!.table).toMatchObject({
      name: 'lead-routing',
      isPublished: true,
      hitPolicy: 'first',
      row: 'large',
      note: 'Large companies expect an answer soon.',
      facts: [{ name: 'lead.employees', title: 'Employees', value: '800' }],
      rows: [
        {
          id: 'solo',
          state: 'failed',
          failed: {
            facts: [{ name: 'lead.country', title: 'Country' }],
            wanted: 'Switzerland',
            seen: 'not known',
          },
        },
        { id: 'large', state: 'decided', conditions: ['Employees: ≥ 500'] },
      ],
    })
  })

  test('says who had to be asked, in the order of the team, and until when who was passed over is away', async () => {
    const told = await begun()
    const { ownerId } = await told.lead()
    const { members } = (await why(told)).decisions[0]!.assignment!
    const other = ownerId === 'boris' ? 'clara' : 'boris'
    expect(members!.map(({ id }) => id)).toEqual(['anna', 'boris', 'clara'])
    expect(members![0]).toEqual({ id: 'anna', name: 'anna', state: 'passed', because: 'absent', until })
    expect(members!.find(({ id }) => id === ownerId)?.state).toBe('chosen')
    expect(members!.find(({ id }) => id === other)?.state).toBe('waiting')
  })

  test.each([
    [
      'en',
      /^Employees: ≥ 500, so “North” answers\. Next in turn there: (boris|clara)\. anna is away until Fri,? 27 November, 18:00 \(Kyiv\)\. Promised within 30 minutes of opening hours, until 10:30 \(Kyiv\)\.$/,
    ],
    [
      'uk',
      /^Працівників: ≥ 500, тож відповідає «North»\. Наступна черга там: (boris|clara)\. Немає на місці: anna, до пт,? 27 листопада, 18:00 \(Kyiv\)\. Обіцяно за 30 хвилин робочого часу, до 10:30 \(Kyiv\)\.$/,
    ],
    [
      'ru',
      /^Сотрудников: ≥ 500, поэтому отвечает «North»\. Следующая очередь там: (boris|clara)\. Нет на месте: anna, до пт,? 27 ноября, 18:00 \(Kyiv\)\. Обещано за 30 минут рабочего времени, до 10:30 \(Kyiv\)\.$/,
    ],
  ] as const)('has a paragraph in %s', async (language, sentence) => {
    expect((await why(await begun(), { language })).sentence).toMatch(sentence)
  })

  test('that no row fits was decided by the default, and says so', async () => {
    const { decisions, sentence } = await why(await begun(newLead()))
    expect(decisions[0]!.table).toMatchObject({ row: 'default' })
    expect(decisions[0]!.table!.rows!.map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(sentence).toMatch(/^No row of “lead-routing” fits, so “North” answers\./)
  })

  test('by a version that is gone is told by the row’s name, with what was seen and no rows', async () => {
    const changed = { ...published.tables['lead-routing']!, version: '000000000000' }
    const more = { tables: { 'lead-routing': changed } }
    const { decisions, sentence } = await why(await begun(), { more })
    expect(decisions[0]!.table).toMatchObject({ isPublished: false, row: 'large' })
    expect(decisions[0]!.table!.rows ?? decisions[0]!.table!.note).toBeUndefined()
    expect(sentence).toMatch(/^Rule “lead-routing”, row “large”: “North” answers\./)
  })
})

describe('to whom a fact is hidden', () => {
  test('it is named, and neither valued nor given away by a condition, a note or the paragraph', async () => {
    const told = await why(await begun(), { hidden: ['employees'] })
    const { table } = told.decisions[0]!
    expect(table!.facts).toEqual([{ name: 'lead.employees', title: 'Employees', kept: 'hidden' }])
    expect(table!.rows![1]).toEqual({ id: 'large', state: 'decided' })
    expect(JSON.stringify(told)).not.toMatch(/500|800|Large companies/)
    expect(told.sentence).toMatch(/^Rule “lead-routing”, row “2”: “North” answers\./)
    const failed = (await why(await begun(), { hidden: ['country'] })).decisions[0]!.table!.rows![0]!.failed
    expect(failed).toEqual({ facts: [{ name: 'lead.country', title: 'Country' }], kept: 'hidden' })
  })

  test('of the four it is not told', async () => {
    const told = await begun()
    const { owner, team, priority, promise, sentence } = await why(told, {
      hidden: ['ownerId', 'teamId', 'priority', 'respondBy'],
    })
    expect([owner, team, priority, promise, sentence]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      '',
    ])
  })

  test('of one of the four does not learn it from what decided another', async () => {
    const told = await begun()
    const { ownerId } = await told.lead()
    const without = async (hidden: string): Promise<string> =>
      JSON.stringify(await why(told, { hidden: [hidden] }))
    expect(await without('ownerId')).not.toContain(ownerId)
    expect(await without('teamId')).not.toMatch(/[Nn]orth|boris|clara/)
    expect(await without('priority')).not.toContain('"high"')
    expect(await without('respondBy')).not.toMatch(/30 minutes|respondBy/)
  })
})

describe('what came later', () => {
  test('a colleague got it because its owner recorded nothing in time', async () => {
    const told = await story(large)
    await told.follow(1)
    const { ownerId: first } = await told.lead()
    await told.segment(told.calls[1])
    told.clock.now += minutes(30)
    await told.segment(told.calls[2])
    const { ownerId: second } = await told.lead()
    const { owner, team, decisions, sentence } = await why(told)
    expect(owner).toMatchObject({ person: { id: second }, how: 'assigned' })
    expect(decisions.map(({ id }) => id)).toEqual([owner!.decision, team!.decision])
    expect(decisions[0]!.assignment!.members!.find(({ id }) => id === first)).toMatchObject({
      state: 'passed',
      because: 'previous-owner',
    })
    expect(sentence).toContain(
      `${first} had the lead and recorded no answer in time. Next in turn there: ${second}.`,
    )
  })

  test('a later route that keeps the time has not promised it', async () => {
    const told = await story(large)
    await told.follow(1)
    const first = (await why(told)).promise
    told.clock.now = monday + minutes(10)
    await told.change((lead) => ({ ...lead, next: 'route', due: toInstant(told.clock.now) }))
    await told.segment(callsOf('execution-2', `${(await told.lead()).id}.9`)[0])
    const { promise, team } = await why(told)
    expect(promise).toEqual(first)
    expect(promise).toMatchObject({ from: toInstant(monday), until: toInstant(monday + minutes(30)) })
    expect(team!.decision).not.toBe(promise!.decision)
  })

  test('it waits in a queue once its workflow is through', async () => {
    const told = await story(large)
    await told.follow()
    const { owner, sentence } = await why(told)
    expect(owner).toMatchObject({ queue: { id: 'unanswered', title: 'Unanswered' }, how: 'assigned' })
    expect(sentence).toContain('none of them brought an answer. It waits in “Unanswered”.')
  })

  const changedBy = async (told: Story, by: string, ownerId: string): Promise<Item> => {
    const before = await told.lead()
    told.clock.now += minutes(1)
    const updatedAt = toInstant(told.clock.now)
    await told.change((lead) => ({ ...lead, ownerId, updatedBy: by, updatedAt, runId: undefined }) as Lead)
    const after = await told.lead()
    return changeEntryOf(leadKind, before, after)!
  }

  test('somebody gave it to somebody else, or took it: the turn is no reason any more', async () => {
    const told = await begun()
    const given = await changedBy(told, 'maria', 'anna')
    const { owner, decisions, sentence, team } = await why(told, { items: [given] })
    expect(owner).toEqual({
      person: { id: 'anna', name: 'anna' },
      at: toInstant(told.clock.now),
      how: 'given',
      by: { id: 'maria', name: 'maria' },
    })
    expect(decisions.map(({ id }) => id)).toEqual([team!.decision])
    expect(sentence).toContain('maria gave it to anna, ')
    // Its journal follows a moment later; until then the record says who changed it last.
    expect((await why(told)).owner).toEqual(owner)
    const taken = await changedBy(told, 'clara', 'clara')
    expect((await why(told, { items: [given, taken] })).owner).toMatchObject({ how: 'taken' })
    expect((await why(told, { language: 'uk', items: [given, taken] })).sentence).toContain(
      'Взято в роботу, ',
    )
  })
})

describe('what happens if nobody does anything', () => {
  test('is told step by step, and comes at these times', async () => {
    const told = await story(large)
    await told.follow(1)
    const { ownerId } = await told.lead()
    const { then } = await why(told)
    expect(then.map(({ at, do: what, who, to, queue }) => [at, what, who ?? queue?.id, to?.id])).toEqual([
      [toInstant(monday + minutes(30)), 'tell', 'owner', ownerId],
      [toInstant(monday + minutes(60)), 'assign', undefined, undefined],
      [toInstant(monday + minutes(60)), 'tell', 'manager', 'maria'],
      [toInstant(monday + minutes(60)), 'tell', 'owner', undefined],
      [toInstant(monday + minutes(120)), 'queue', 'unanswered', undefined],
      [toInstant(monday + minutes(120)), 'tell', 'watchers', undefined],
    ])
    expect(then[1]!.among!.map(({ id }) => id)).not.toContain(ownerId)
    const times = new Set(then.map(({ at }) => at))
    const really = await story(large)
    expect((await really.follow()).slice(1)).toEqual([...times])
  })

  test('who gets it is known where one alone can', async () => {
    const told = await story(large)
    await told.follow(1)
    const { ownerId } = await told.lead()
    const away = company.teams['north' as keyof typeof company.teams]!.members.find(
      (person) => person !== ownerId,
    )!
    const absences = [{ id: 'a', person: away, from: toInstant(monday), until: '2027-01-01T00:00:00.000Z' }]
    const { then } = await why(told, { more: { absences } })
    const [next] = then.filter((each) => each.do === 'assign')
    expect(next!.to!.id).not.toBe(away)
    expect(then.filter(({ who }) => who === 'owner').at(-1)!.to).toEqual(next!.to)
  })

  test('of a run of another version it is said until when something is due, and of what is closed nothing', async () => {
    const told = await begun()
    const { due } = await told.lead()
    const more = { workflows: { [name]: { ...workflows[name]!, version: 'another' } } }
    expect((await why(told, { more })).then).toMatchObject([{ at: due, do: 'raise' }])
    await told.change((lead) => ({ ...lead, status: 'lost', next: undefined, due: undefined }))
    expect((await why(told)).then).toEqual([])
  })
})
