import { rotationEntity, rotationKey, type GivenTurn, type Rotation } from '../kind/system/rotation.ts'
import type { PersonId } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { type Change, type Check, type Store, type Update } from '../store/store.ts'
import {
  arrange,
  countsAt,
  countsOf,
  drawn,
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
import { takeInLine, type Taking } from './turn-line.ts'

/*
 * Turns in the table: how one is taken and returned. What a turn is, and why this is fair, is said in round-robin.ts.
 *
 * The usual assignment is one update that rests on what nearly always holds: the same people are there as this process
 * sees, and no turn waits to be given out again. When it does not hold, the refusal shows the item as it is, and the
 * next attempt rests on that.
 * Those of one process who want a turn at the same moment take theirs by one update (turn-line.ts).
 */

/** Others come, go or return turns now and then; each time this may be refused once. */
const attempts = 16
/** Turns of somebody to whom this lead may not go: of two people every other one, and what others pass over waits. */
const mostPasses = 200
/**
 * Before this attempt a turn that waits is taken; whoever was refused that often takes a new one, which nobody can take
 * from him, and leaves those that wait to others.
 */
const mostChoosy = 3
/** So many turns that lapsed go along with one: the update's expression stays far below its 4 KB. */
const mostLapsed = 20

export interface TurnRequest extends AssignmentRequest {
  /**
   * of the step for which the turn is wanted and of those to whom it may not go: asked for again under it, the same one
   * is given, and no other invocation of the step finds a turn under it that this one has passed over
   */
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
  const key = rotationKey(request.tenant, request.team)
  let asked = request
  let seen: Rotation | undefined
  let refusals = 0
  for (let passes = 0; refusals < attempts && passes < mostPasses;) {
    const excluded = exclusionsOf(asked)
    const allowed = asked.members.filter((person) => !isExcluded(excluded, person))
    if (!allowed.length) return { chosen: undefined, candidates: [], excluded }
    // It may have been refused only because somebody was thought to be away who holds the turn of this claim.
    const standing = seen && turnFor(asked.claim, seen, allowed)
    if (seen && standing !== undefined) return assignmentOf(asked, seen, standing, false)
    // Of two in step each would be given the other's turn for ever: one waits by now for each of them.
    const isChoosy = refusals < mostChoosy + Math.max(0, passes - 1)
    const waits = seen && isChoosy ? waitingFor(asked.claim, seen, allowed) : undefined
    // Whoever was refused goes on alone, with what he has seen.
    const { updated, now } =
      refusals || passes
        ? await takeTurns(store, book, [asked], { seen, waits })
        : await takeInLine(book.line(key.pk), asked, async (together) => takeTurns(store, book, together, {}))
    const mine = now && turnFor(asked.claim, now, allowed)
    if (now && mine !== undefined) {
      book.notice(now, asked)
      return assignmentOf(asked, now, mine, updated && waits !== undefined)
    }
    if (now?.present !== presenceOf(presentOf(asked)))
      asked = { ...asked, absences: await request.lookAgain() }
    if (now?.present === presenceOf(presentOf(asked))) seen = now
    else {
      await arrangeFor(store, asked, now)
      seen = undefined
    }
    if (updated) passes++
    else if (++refusals < attempts) await request.again?.(refusals)
  }
  throw new Fault('record.changed', `the rotation of the team "${request.team}" kept changing`)
}

/** The turn that a claim holds, if it is of one to whom the lead may go. */
function turnFor(claim: string, rotation: Rotation, allowed: readonly PersonId[]): GivenTurn | undefined {
  const turn = rotation.open[claim]
  return turn !== undefined && allowed.includes(holderOf(turn, rotation)) ? turn : undefined
}

/** Takes a turn for each of the requests, by one change that also says of earlier turns that they are used. */
async function takeTurns(
  store: Store,
  book: TurnBook,
  requests: readonly TurnRequest[],
  sight: Sight,
): Promise<Taking> {
  const { tenant, team } = requests[0]!
  const key = rotationKey(tenant, team)
  const settled = book.draw(key.pk, new Set(requests.map(({ claim }) => claim)))
  const update = { key, ...nextTurns(requests, sight, settled) }
  const { updated, item } = await store.update(update).catch((error: unknown) => {
    book.putBack(key.pk, settled)
    throw error
  })
  const now = item && fromItem(rotationEntity, item)
  if (!updated) book.putBack(key.pk, settledOf(settled, now))
  return { updated, now }
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
        { at: ['back', String(number)], set: turn },
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

/** A turn that came back or was kept, and where it lies until it is given out again. */
interface WaitingTurn {
  at: string[]
  turn: GivenTurn
}

/** What is known of the item; by default nothing is in the way. One request at a time knows anything. */
interface Sight {
  seen?: Rotation | undefined
  /** the turn that is taken instead of a new one */
  waits?: WaitingTurn | undefined
}

/** The change that takes the next turns. */
function nextTurns(
  requests: readonly TurnRequest[],
  { seen, waits }: Sight,
  settled: ReadonlyMap<string, GivenTurn>,
): Pick<Update, 'checks' | 'changes'> {
  const first = requests[0]!
  const passed = seen?.open[first.claim]
  const places = requests.map(({ claim }) => ['open', claim])
  const checks: Check[] = [
    { at: ['present'], is: presenceOf(presentOf(first)) },
    ...places.map((at): Check => (passed === undefined ? { at, exists: false } : { at, is: passed })),
    ...(seen ? [] : ['back', 'kept'].map((where): Check => ({ at: [where], is: {} }))),
    ...(waits ? [{ at: waits.at, is: waits.turn }] : []),
    ...[...settled].map(([name, turn]): Check => ({ at: ['open', name], is: turn })),
  ]
  const changes: Change[] = [
    ...(waits
      ? [
          { at: ['open', first.claim], set: waits.turn },
          { at: waits.at, remove: true as const },
        ]
      : [
          ...places.map((at, i): Change => ({ at, copy: ['next'], ...(i > 0 && { plus: i }) })),
          { at: ['next'], add: places.length },
        ]),
    ...(seen && passed !== undefined ? keep(passed, seen) : []),
    ...(seen ? lapsedOf(seen) : []),
    ...[...settled.keys()].map((name): Change => ({ at: ['open', name], remove: true })),
  ]
  return { checks, changes }
}

/** Of each who is there one turn is kept, as of one who was away; more would make him catch up. */
function keep(passed: GivenTurn, rotation: Rotation): Change[] {
  const holder = holderOf(passed, rotation)
  return rotation.order.includes(holder) ? [{ at: ['kept', holder], set: passed }] : []
}

/** Turns that came back while their holder was away are nobody's as long as the same people are there. */
const lapsedOf = (rotation: Rotation): Change[] =>
  Object.entries(rotation.back)
    .filter(([, turn]) => !rotation.order.includes(holderOf(turn, rotation)))
    .slice(0, mostLapsed)
    .map(([number]) => ({ at: ['back', number], remove: true }))

/**
 * A turn that waits, of one to whom this lead may go. Another one for each claim, so that those who look at the same
 * moment do not all want the same.
 */
function waitingFor(
  claim: string,
  rotation: Rotation,
  allowed: readonly PersonId[],
): WaitingTurn | undefined {
  const [first] = waitingIn(rotation)
    .filter(({ turn }) => allowed.includes(holderOf(turn, rotation)))
    .toSorted((a, b) => drawn(claim, a.at.join()) - drawn(claim, b.at.join()))
  return first
}

const waitingIn = (rotation: Rotation): WaitingTurn[] =>
  (['back', 'kept'] as const).flatMap((where) =>
    Object.entries(rotation[where]).map(([name, turn]) => ({ at: [where, name], turn })),
  )

const isExcluded = (excluded: readonly Excluded[], person: string): boolean =>
  excluded.some((entry) => entry.person === person)

/** Writes a new order, unless somebody else has at this moment. */
async function arrangeFor(store: Store, request: TurnRequest, seen: Rotation | undefined): Promise<void> {
  if (!presentOf(request).length) return
  const counts = seen ? countsOf(seen) : new Map<string, number>()
  const item = toItem(rotationEntity, arrange(request, counts, seen))
  await store.write([seen ? { do: 'replace', item, seen: seen.version } : { do: 'create', item }])
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
  const holders = [turn, ...waitingIn(rotation).map((each) => each.turn)].map((each) =>
    holderOf(each, rotation),
  )
  return countsAt(rotation, rotation.next).map(({ person, turn: count }) => ({
    person,
    turn: count - holders.filter((holder) => holder === person).length,
  }))
}
