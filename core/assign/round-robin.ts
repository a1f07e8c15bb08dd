import type { GivenTurn, Rotation } from '../kind/system/rotation.ts'
import type { PersonId, TeamId } from '../record/id.ts'
import type { Away } from './roster.ts'

/*
 * Round robin within a team.
 *
 * Problem: leads are to be spread evenly over those who are there. Whoever was away or has joined must not be made to
 * catch up, a change of the team must not start anew, many assignments happen at once and none of them may be refused
 * because of another, and a process may end at any moment.
 *
 * Representation: numbered turns. One item per team holds the order of those who are there and the number of the next
 * turn; turn n is that of order[(n − first) mod m]. An assignment takes a number by a change of the item where it lies
 * (take-turn.ts), on condition that those are there whom it sees there, and leaves its claim beside the number: the
 * name of the step for which it was taken. Then the segment's transaction stores the lead, and the run that it
 * writes names the turn. A turn that was given out is open until it is known to be used (a stored run names it) or
 * comes back (none ever will: the lead was answered meanwhile, or may not be his). What came back is given out
 * before any new number (by whoever has seen it: beside others at the same moment a new one may go first).
 *
 * Invariant 1, at any moment and for any number of assignments at once: the turns given out to members who are there
 * all the time differ by at most 1.
 * Proof. The member at place k of an order has c_k(n) = round − 1 + ⌈(n − first − k) / m⌉ (at least round − 1) when
 * number n is next: a circle, so at any n all are at M or M − 1, where M is the greatest. When somebody comes or goes,
 * `arrange` begins a new order, on condition that the item is as it was read, so its counts are exact. With T the
 * greatest count of the team, whoever is there begins with e_i = max(c_i, T − 1); those with e_i = T take the first
 * places and `first` lies that many numbers back, so that c_i = e_i in the new order and those with T − 1 are next. For
 * whoever was in the order before, e_i = c_i: T is M, or it is the round of somebody who is away, M + 1, which happens
 * only when nobody of the order has had a turn of it yet; then all are level at M = T − 1. (Had the only ones with M
 * left the team, T is M − 1 and all others are level there.) So no difference between such members is changed by
 * `arrange`, and each number adds exactly 1 to whoever has it.
 *
 * Invariant 2: of the turns of a member who is there all the time each is either used, open or returned, is used by at
 * most one stored step, and each stored assignment uses one.
 * Proof. A number is given out under a claim that was not there (a check of the same change) and leaves `open` only
 * by being settled (a stored run names it) or returned (none does, and none can any more: the segment is done).
 * Whoever repeats a step finds its claim and gets the same turn, so a crash between turn and transaction costs
 * nothing. Whoever loses against another execution learns from the run which turn was used and returns his own if
 * it is another one. What a process did not live to say, another one that sees the claim stand reads from the run.
 * Doing either twice changes nothing: both need the claim. Whoever passes a turn over frees it though its segment is not done: so a claim also
 * names those to whom the turn may not go, and none who finds it under this claim could use it.
 *
 * So of what was stored: leads of members who are there all the time differ by at most 1 when no turn is open or
 * returned; each that is, is a lead that one of them is about to get. Counted from a moment at which they were not
 * level, by one more. (Beyond 200 open turns of a team the oldest are taken for used: turn-book.ts.)
 *
 * Absence: however long a member was away, e_i ≥ T − 1 on return, so at most one lead is owed, that of the running
 * round; a turn that comes back while he is away is his no more. Joining is the same with no turn. Leaving changes
 * nobody's count. A previous owner, to whom a lead does not go again, is as if away for that lead: a turn of his
 * that comes up for it is kept for his next lead, one at a time and not more. Many leads that are handed on at the same
 * moment are each refused three times at most, by those who take the same waiting turn: then they take new ones. Whoever
 * is passed over more than once by then looks at those that wait again, once each time: two in step would else be given
 * each other's turns for ever.
 *
 * Cost: one write unit an assignment (fewer where one process has many at once: turn-line.ts), and no refused one but
 * at a moment when somebody comes or goes or a turn waits. The item takes the write of every lead of its team: about
 * 1,000 a second on AWS.
 *
 * Rejected (decision 0021 has their costs): places in the segment's transaction (two that choose the same person
 * refuse each other, under a burst more often than not); the number modulo those who are there (each who comes or
 * goes shifts everybody: not fair); a queue per team (a hop and a delay for each lead); counting the open leads of
 * each (whoever closes fast gets all); a shuffled deck (a change of the team resets it).
 */

export interface Excluded {
  person: string
  because: 'absent' | 'previous-owner'
  /** the end of the absence */
  until?: string
}

/** For whom a turn is wanted, and who may get it. */
export interface AssignmentRequest {
  tenant: Rotation['tenant']
  team: TeamId
  members: readonly PersonId[]
  absences: readonly Away[]
  /** those who may not get this lead, with the reason */
  excluded?: readonly Excluded[]
  /** draws the order among equals; any text that differs from lead to lead */
  seed: string
  /** milliseconds */
  now: number
}

export interface Candidate {
  person: PersonId
  /** leads before this one, as they count in the rotation */
  turn: number
}

/** Who is there at this moment, sorted, whether or not this lead may be theirs. */
export const presentOf = ({ members, absences, now }: AssignmentRequest): PersonId[] =>
  members.filter((person) => absentUntil(person, absences, now) === undefined).toSorted()

/** The same as one text. */
export const presenceOf = (present: readonly PersonId[]): string => present.join(' ')

/** Why members cannot get the lead. */
export function exclusionsOf(request: AssignmentRequest): Excluded[] {
  return request.members.flatMap((person): Excluded[] => {
    const named = request.excluded?.find((entry) => entry.person === person)
    if (named) return [named]
    const until = absentUntil(person, request.absences, request.now)
    return until === undefined ? [] : [{ person, because: 'absent', until }]
  })
}

/** The end of the absence in which a person is now (of the latest, when several overlap), or nothing. */
export function absentUntil(person: string, absences: readonly Away[], now: number): string | undefined {
  return absences
    .filter((absence) => absence.person === person)
    .filter((absence) => Date.parse(absence.from) <= now && now < Date.parse(absence.until))
    .map((absence) => absence.until)
    .sort()
    .at(-1)
}

/** Whose a turn is. */
export function holderOf(turn: GivenTurn, { order, first }: Rotation): PersonId {
  if (typeof turn !== 'number') return turn[1]
  // Of a rotation that gives out turns somebody is there.
  return order[(turn - first) % order.length]!
}

export const numberOf = (turn: GivenTurn): number => (typeof turn === 'number' ? turn : turn[0])

/** What each of those who are there had when number `n` was next. */
export function countsAt({ order, first, round }: Rotation, n: number): Candidate[] {
  return order.map((person, place) => ({
    person,
    turn: round - 1 + Math.max(0, Math.ceil((n - first - place) / order.length)),
  }))
}

/** What is known of everybody: those who are there, and those who are not and had their lead of the round. */
export const countsOf = (rotation: Rotation): Map<string, number> =>
  new Map([
    ...rotation.served.map((person): [string, number] => [person, rotation.round]),
    ...countsAt(rotation, rotation.next).map(({ person, turn }): [string, number] => [person, turn]),
  ])

/**
 * A new order, of those who are there now; somebody must be. What was counted goes on, and nobody is made to catch up.
 * @param counts what each member had so far
 * @param before the order so far, if there is one
 */
export function arrange(
  request: AssignmentRequest,
  counts: ReadonlyMap<string, number>,
  before?: Rotation,
): Rotation {
  const { members, seed } = request
  const present = presentOf(request)
  const round = Math.max(0, ...members.map((person) => counts.get(person) ?? 0))
  const isServed = (person: PersonId): boolean => (counts.get(person) ?? 0) === round
  const order = present.toSorted(
    (a, b) => Number(isServed(b)) - Number(isServed(a)) || drawn(seed, a) - drawn(seed, b),
  )
  const next = before?.next ?? 0
  const stayed = (turn: GivenTurn): GivenTurn => (before ? [numberOf(turn), holderOf(turn, before)] : turn)
  return {
    tenant: request.tenant,
    version: (before?.version ?? 0) + 1,
    team: request.team,
    present: presenceOf(present),
    order,
    first: next - present.filter(isServed).length,
    round,
    next,
    served: members.filter((person) => !present.includes(person) && isServed(person)),
    open: Object.fromEntries(
      Object.entries(before?.open ?? {}).map(([claim, turn]) => [claim, stayed(turn)]),
    ),
    back: remaining(before?.back ?? {}),
    kept: remaining(before?.kept ?? {}),
  }

  // A turn that waits is his who has been there since; nobody catches up after an absence.
  function remaining(turns: Rotation['back']): Rotation['back'] {
    return Object.fromEntries(
      Object.entries(turns)
        .map(([name, turn]) => [name, stayed(turn)] as const)
        .filter(([, turn]) =>
          [present, before!.order].every((people) => people.includes(holderOf(turn, before!))),
        ),
    )
  }
}

/** A place in an order that differs from seed to seed: 32-bit FNV-1a with a final mix, since near texts hash near. */
export function drawn(seed: string, name: string): number {
  let hash = 0x811c9dc5
  for (const sign of `${seed} ${name}`) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
