import type { Rotation } from '../kind/system/rotation.ts'
import { presenceOf, presentOf, type AssignmentRequest } from './round-robin.ts'

/*
 * Those of one process who want a turn of the same rotation.
 *
 * Problem: a process that works on many leads at once would take each turn by a change of its own, of an item that holds all
 * open turns.
 * Representation: whoever comes while a change is on its way waits for its answer; then all who wait take their turns
 * by one change.
 * Invariant: each who waits gets the answer of a change that was made for him; what one change rests on it rests on for each
 * of them, so a refused one has given nobody a turn. A process that has one lead at a time, as on AWS, never waits.
 * Rejected: to wait for a moment for others, which a lead that comes alone would pay for.
 */

interface Wanted extends AssignmentRequest {
  claim: string
}

/** What became of a change, and the rotation after it or as it stands in its way. */
export interface Taking {
  updated: boolean
  now: Rotation | undefined
}

interface Waiting {
  request: Wanted
  /** of the change that took this turn along; `next`: it is upon this one to take those that wait */
  answer: PromiseWithResolvers<Taking | 'next'>
}

export interface TurnLine {
  isTaking: boolean
  waiting: Waiting[]
}

/** So many turns in one change: its expressions stay far below their 4 KB. */
const mostTogether = 16

/**
 * Each change is made by one of those who want it, so that nothing is done for a call that is over.
 * @param take takes a turn for each of the requests, which see the same people there and have claims of their own
 */
export async function takeInLine<R extends Wanted>(
  line: TurnLine,
  request: R,
  take: (together: R[]) => Promise<Taking>,
): Promise<Taking> {
  const own: Waiting = { request, answer: Promise.withResolvers() }
  line.waiting.push(own)
  if (line.isTaking) {
    const answer = await own.answer.promise
    if (answer !== 'next') return answer
  }
  line.isTaking = true
  const others = nextOf(line).filter((waiting) => waiting !== own)
  try {
    const taking = await take([own, ...others].map((waiting) => waiting.request as R))
    for (const { answer } of others) answer.resolve(taking)
    return taking
  } catch (error) {
    for (const { answer } of others) answer.reject(error)
    throw error
  } finally {
    const [next] = line.waiting
    line.isTaking = next !== undefined
    next?.answer.resolve('next')
  }
}

/** The first of the line, and those who can be taken along. */
function nextOf(line: TurnLine): Waiting[] {
  const together = new Map<string, Waiting>()
  const presence = presenceIn(line.waiting[0]!)
  for (const waiting of line.waiting) {
    const { claim } = waiting.request
    if (together.size < mostTogether && !together.has(claim) && presenceIn(waiting) === presence)
      together.set(claim, waiting)
  }
  const chosen = new Set(together.values())
  line.waiting = line.waiting.filter((waiting) => !chosen.has(waiting))
  return [...chosen]
}

const presenceIn = ({ request }: Waiting): string => presenceOf(presentOf(request))
