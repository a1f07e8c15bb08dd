import {
  formerPlaceEntity,
  rotationEntity,
  rotationKey,
  rotationPartition,
  type GivenTurn,
  type Rotation,
} from '../model/availability.ts'
import type { PersonId } from '../model/base.ts'
import { keyOf, fromItem, toItem } from '../model/entity.ts'
import { Fault } from '../model/fault.ts'
import { allOf, type Change, type Check, type Store, type Update } from '../store/store.ts'
import {
  arrange,
  countsAt,
  countsOf,
  exclusionsOf,
  holderOf,
  numberOf,
  presenceOf,
  presentOf,
  type AssignmentRequest,
  type Candidate,
  type Excluded,
} from './round-robin.ts'
import type { Away } from './roster.ts'
import type { TakenTurn, TurnBook } from './turn-book.ts'

/*
 * Turns in the table: how one is taken and returned. What a turn is, and why this is fair, is said in round-robin.ts.
 *
 * The usual assignment is one update that rests on what nearly always holds: the same people are there as this process
 * sees, and no turn waits to be given out again. When it does not hold, the refusal shows the item as it is, and the
 * next attempt rests on that.
 */

/** Others come, go or return turns now and then; each time this may be refused once. */
const attempts = 16

export interface TurnRequest extends AssignmentRequest {
  /** of the step for which the turn is wanted: asked for again under it, the same one is given */
  claim: string
  /** the absences of this very moment; asked when the order rests on other people than are known to be there */
  lookAgain(): Promise<readonly Away[]>
  /** before attempt 1, 2, …: something was in the way */
  again?(attempt: number): Promise<unknown>
}

export interface Assignment {
  chosen: PersonId | undefined
  /** who could have been chosen, with the turns by which they were compared, the smallest first */
  candidates: Candidate[]
  excluded: Excluded[]
  /** none when nobody was chosen */
  taken?: TakenTurn
}

/**
 * Takes the next turn of a team for a lead. The result says why, also when nobody is there.
 * Throws Fault `store.unavailable`, and `record.changed` when too much happens at once.
 */
export async function takeTurn(store: Store, book: TurnBook, request: TurnRequest): Promise<Assignment> {
  let asked = request
  let seen: Rotation | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt) await request.again?.(attempt)
    const excluded = exclusionsOf(asked)
    if (excluded.length === asked.members.length) return { chosen: undefined, candidates: [], excluded }
    const key = rotationKey(asked.tenant, asked.team)
    const settled = book.draw(key.pk, asked.claim)
    const { update, isReturned } = nextTurn(asked, seen, settled)
    const { updated, item } = await store.update(update).catch((error: unknown) => {
      book.putBack(key.pk, settled)
      throw error
    })
    const now = item && fromItem(rotationEntity, item)
    if (!updated) book.putBack(key.pk, settledOf(settled, now))
    const mine = now?.open[asked.claim]
    if (now && mine !== undefined && !isExcluded(excluded, holderOf(mine, now))) {
      book.notice(now, asked)
      return assignmentOf(asked, now, mine, updated && isReturned)
    }
    if (now?.present === presenceOf(presentOf(asked))) seen = now
    else {
      asked = { ...asked, absences: await request.lookAgain() }
      await arrangeFor(store, asked, now)
      seen = undefined
    }
  }
  throw new Fault('record.changed', `the rotation of the team "${request.team}" kept changing`)
}

/** Gives a turn back that no stored lead has used, and none will. Nothing where somebody else has done so. */
export async function returnTurn(store: Store, { tenant, team, claim, number }: TakenTurn): Promise<void> {
  const key = rotationKey(tenant, team)
  let turn: GivenTurn = number
  for (let attempt = 0; attempt < 3; attempt++) {
    const { updated, item } = await store.update({
      key,
      checks: [{ at: ['open', claim], is: turn }],
      changes: [
        { at: ['open', claim], remove: true },
        { at: ['back'], append: turn },
      ],
    })
    const open = item && fromItem(rotationEntity, item).open[claim]
    if (updated || open === undefined || numberOf(open) !== number) return
    // The order has changed since: it says whose turn this was.
    turn = open
  }
}

/** Those of the claims that still stand, with the turn as it stands now: the order may have changed since. */
function settledOf(
  claims: ReadonlyMap<string, GivenTurn>,
  rotation: Rotation | undefined,
): Map<string, GivenTurn> {
  return new Map(
    [...claims].flatMap(([claim, turn]) => {
      const now = rotation?.open[claim]
      return now !== undefined && numberOf(now) === numberOf(turn) ? [[claim, now] as const] : []
    }),
  )
}

/** The change that takes the next turn, as far as it is known what the item is like; by default nothing is in the way. */
function nextTurn(
  request: TurnRequest,
  seen: Rotation | undefined,
  settled: ReadonlyMap<string, GivenTurn>,
): { update: Update; isReturned: boolean } {
  const { claim, tenant, team } = request
  const excluded = exclusionsOf(request)
  const back = seen?.back ?? []
  const passed = seen?.open[claim]
  const again = back.findIndex((turn) => canHave(turn, seen!, excluded))
  const place = ['open', claim]
  const checks: Check[] = [
    { at: ['present'], is: presenceOf(presentOf(request)) },
    { at: ['back'], is: back },
    passed === undefined ? { at: place, exists: false } : { at: place, is: passed },
    ...[...settled].map(([name, turn]): Check => ({ at: ['open', name], is: turn })),
  ]
  const rest = back.filter((turn, i) => i !== again && seen!.order.includes(holderOf(turn, seen!)))
  if (passed !== undefined && !isKept(passed, seen!, rest)) rest.push(passed)
  const changes: Change[] = [
    ...(again < 0
      ? [
          { at: place, copy: ['next'] },
          { at: ['next'], add: 1 },
        ]
      : [{ at: place, set: back[again] }]),
    ...(back.length || rest.length ? [{ at: ['back'], set: rest }] : []),
    ...[...settled.keys()].map((name): Change => ({ at: ['open', name], remove: true })),
  ]
  return { update: { key: rotationKey(tenant, team), checks, changes }, isReturned: again >= 0 }
}

/** Whether a turn that came back can be given out to this lead: its holder is there and may have it. */
const canHave = (turn: GivenTurn, rotation: Rotation, excluded: readonly Excluded[]): boolean =>
  rotation.order.includes(holderOf(turn, rotation)) && !isExcluded(excluded, holderOf(turn, rotation))

/** Of whoever a lead may not go to one turn is kept, as of one who is away; more would make him catch up. */
const isKept = (passed: GivenTurn, rotation: Rotation, back: readonly GivenTurn[]): boolean =>
  back.some((turn) => holderOf(turn, rotation) === holderOf(passed, rotation))

const isExcluded = (excluded: readonly Excluded[], person: string): boolean =>
  excluded.some((entry) => entry.person === person)

/** Writes a new order, unless somebody else has at this moment. */
async function arrangeFor(store: Store, request: TurnRequest, seen: Rotation | undefined): Promise<void> {
  const present = presentOf(request)
  if (!present.length || seen?.present === presenceOf(present)) return
  const counts = seen ? countsOf(seen) : await formerCounts(store, request)
  const item = toItem(rotationEntity, arrange(request, counts, seen))
  await store.write([seen ? { do: 'replace', item, seen: seen.version } : { do: 'create', item }])
}

async function formerCounts(store: Store, { tenant, team }: TurnRequest): Promise<Map<string, number>> {
  const items = await allOf(async (page) => store.query(rotationPartition(tenant, team), page), {
    prefix: `${keyOf('member')}#`,
  })
  const places = items.map((item) => fromItem(formerPlaceEntity, item))
  return new Map(places.map(({ person, turn }) => [person, turn]))
}

function assignmentOf(
  request: TurnRequest,
  rotation: Rotation,
  turn: GivenTurn,
  isReturned: boolean,
): Assignment {
  const excluded = exclusionsOf(request)
  const { tenant, team, claim } = request
  const compared =
    isReturned || typeof turn !== 'number' ? countsWithout(turn, rotation) : countsAt(rotation, turn)
  return {
    chosen: holderOf(turn, rotation),
    candidates: compared
      .filter(({ person }) => !isExcluded(excluded, person))
      .toSorted((a, b) => a.turn - b.turn),
    excluded,
    taken: { tenant, team, claim, number: numberOf(turn) },
  }
}

/** What everybody has, without a turn that came back and those that still are to be given out again. */
function countsWithout(turn: GivenTurn, rotation: Rotation): Candidate[] {
  const holders = [turn, ...rotation.back].map((each) => holderOf(each, rotation))
  return countsAt(rotation, rotation.next).map(({ person, turn: count }) => ({
    person,
    turn: count - holders.filter((holder) => holder === person).length,
  }))
}
