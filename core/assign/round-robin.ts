import type { PersonId, TeamId } from '../model/base.ts'
import { rotationEntity, type Absence, type Rotation } from '../model/availability.ts'
import { toItem } from '../model/entity.ts'
import type { Write } from '../store/store.ts'

/*
 * Round robin within a team.
 *
 * Problem: leads are to be spread evenly over those who are there. Whoever was away or has joined must not be made to
 * catch up, a change of the team must not start anew, many assignments happen at once, and no single item may take
 * the write of every lead.
 *
 * Representation: stride scheduling with one item per member. turn_i counts in units of one lead. With T the greatest
 * turn of the whole team, the effective turn of member i is e_i = max(turn_i, T − 1). The available member with the
 * smallest e_i is chosen (equal ones in an order drawn from the lead's id) and gets turn_i = e_i + 1.
 *
 * Invariant: among members who are available all the time, turns differ by at most 1, and every lead adds exactly 1 to
 * the turn of whoever gets it. So, counted from any moment at which they were level, the numbers of their leads differ
 * by at most 1; counted from an arbitrary moment, by at most 2.
 * Proof, for any number of assignments at once. A turn is never lowered. The chosen member's item is written on
 * condition that it is as it was read, so turn_j is the same from reading to writing; other turns may have grown.
 * Let j be chosen. By the invariant no turn was above turn_j + 1 when it was read, hence T ≤ turn_j + 1, e_j = turn_j
 * and j gets turn_j + 1: exactly one more. Every other available i had e_i ≥ e_j when read and e_i = turn_i likewise,
 * so now turn_i ≥ turn_j (before) = turn_j (after) − 1: the difference is still at most 1.
 *
 * Absence: however long a member was away, e_i ≥ T − 1 on return, so at most one lead is owed, that of the running
 * round. Joining is the same with turn 0. Leaving changes nobody's turn. Only members who choose the same person at
 * the same time meet, and the tie-break by lead makes them choose different ones among equals.
 *
 * Rejected: a counter per team (one item takes every lead's write: about 1,000 a second on AWS, and every concurrent
 * pair conflicts); counting the open leads of each (whoever closes fast gets all); a shuffled deck (a change of the
 * team resets it).
 */

export interface Excluded {
  person: string
  /** `absent`, with the end of the absence; `previous-owner`; `not-in-company` */
  because: 'absent' | 'previous-owner' | 'not-in-company'
  until?: string
}

export interface Assignment {
  chosen: PersonId | undefined
  /** who could have been chosen, with the effective turn by which they were compared */
  candidates: { person: string; turn: number }[]
  excluded: Excluded[]
  /** the mark in the rotation; none when nobody was chosen */
  writes: Write[]
}

export interface AssignmentRequest {
  tenant: string
  team: TeamId
  members: readonly PersonId[]
  /** of the team, as read: members without one have had no lead yet */
  rotation: readonly Rotation[]
  absences: readonly Absence[]
  /** those who may not get it, with the reason */
  excluded?: readonly Excluded[]
  /** draws the order among equals; any text that differs from lead to lead */
  seed: string
  /** milliseconds */
  now: number
}

/** Chooses whose turn it is. The result says why, also when nobody is there. */
export function assignRoundRobin(request: AssignmentRequest): Assignment {
  const { rotation, members, seed } = request
  const turnOf = new Map<string, number>(rotation.map((mark) => [mark.person, mark.turn]))
  const greatest = Math.max(0, ...members.map((person) => turnOf.get(person) ?? 0))
  const excluded = members.flatMap((person) => exclusionOf(person, request) ?? [])
  const candidates = members
    .filter((person) => !excluded.some((entry) => entry.person === person))
    .map((person) => ({ person, turn: Math.max(turnOf.get(person) ?? 0, greatest - 1) }))
    .sort((a, b) => a.turn - b.turn || drawn(seed, a.person) - drawn(seed, b.person))
  const [first] = candidates
  return {
    chosen: first?.person,
    candidates,
    excluded,
    writes: first ? [markTurn(request, first.person, first.turn + 1)] : [],
  }
}

/** Why a member cannot get the lead, or nothing. */
function exclusionOf(person: PersonId, request: AssignmentRequest): Excluded | undefined {
  const named = request.excluded?.find((entry) => entry.person === person)
  if (named) return named
  const until = absentUntil(person, request.absences, request.now)
  return until === undefined ? undefined : { person, because: 'absent', until }
}

/** The end of the absence in which a person is now (of the latest, when several overlap), or nothing. */
export function absentUntil(person: string, absences: readonly Absence[], now: number): string | undefined {
  return absences
    .filter((absence) => absence.person === person)
    .filter((absence) => Date.parse(absence.from) <= now && now < Date.parse(absence.until))
    .map((absence) => absence.until)
    .sort()
    .at(-1)
}

function markTurn(request: AssignmentRequest, person: PersonId, turn: number): Write {
  const seen = request.rotation.find((mark) => mark.person === person)?.version
  const item = toItem(rotationEntity, {
    tenant: request.tenant,
    version: (seen ?? 0) + 1,
    team: request.team,
    person,
    turn,
  })
  return seen === undefined ? { do: 'create', item } : { do: 'replace', item, seen }
}

/** A place in an order that differs from seed to seed: 32-bit FNV-1a with a final mix, since near texts hash near. */
function drawn(seed: string, person: string): number {
  let hash = 0x811c9dc5
  for (const sign of `${seed} ${person}`) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
