import { rotationPartition, type GivenTurn, type Rotation } from '../kind/system/rotation.ts'
import { numberOf } from './round-robin.ts'
import type { TurnLine } from './turn-line.ts'

/*
 * What one process knows of open turns.
 *
 * That a turn was used is known as soon as its transaction is stored; a write of its own to say so would double the
 * cost of an assignment, so the next turn that this process takes of the team says it along with its own. What a
 * process that has ended did not say, another one finds: a claim that it sees standing for a minute is looked up in the
 * run for which the turn was taken (conclude-turn.ts).
 */

/** So many claims are settled along with one turn: the update's expression stays far below its 4 KB. */
const mostSettled = 20
/** So many claims are looked up at a time. */
const mostReviewed = 10
/**
 * So many claims may stand, in some 12 KB; of more the oldest are taken for used. So many are never at work at once: their
 * runs fail again and again before they are stored, and whoever repairs them does not have to look here.
 */
const mostOpen = 200
/** Milliseconds: by far the most segments are done in less. */
const patience = 60_000

/** A turn that was given out, until it is known what became of it. */
export interface TakenTurn {
  tenant: string
  team: string
  claim: string
  number: number
}

export interface TurnBook {
  /**
   * Claims of a team's rotation (by its partition) that may be settled now, but not those that are about to be used;
   * nobody else in this process gets them.
   */
  draw(rotation: string, except: ReadonlySet<string>): Map<string, GivenTurn>
  putBack(rotation: string, settled: ReadonlyMap<string, GivenTurn>): void
  /** A turn that was used. */
  settle(turn: TakenTurn): void
  /** Sees which claims stand. */
  notice(rotation: Rotation, at: { claim: string; now: number }): void
  /** Claims that have stood for a minute; they are looked at again after another one. */
  overdue(now: number): TakenTurn[]
  /** Those of this process who want a turn of a rotation (by its partition). */
  line(rotation: string): TurnLine
}

export function newTurnBook(): TurnBook {
  const settled = new Map<string, Map<string, GivenTurn>>()
  const noticed = new Map<string, Map<string, { turn: TakenTurn; at: number }>>()
  const lines = new Map<string, TurnLine>()
  const settle = ({ tenant, team, claim }: TakenTurn, turn: GivenTurn): void =>
    void of(rotationPartition(tenant, team)).set(claim, turn)
  const of = (rotation: string): Map<string, GivenTurn> => {
    const known = settled.get(rotation) ?? new Map<string, GivenTurn>()
    settled.set(rotation, known)
    return known
  }
  return {
    draw(rotation, except) {
      const all = of(rotation)
      const drawn = new Map([...all].filter(([claim]) => !except.has(claim)).slice(0, mostSettled))
      for (const claim of drawn.keys()) all.delete(claim)
      return drawn
    },
    putBack(rotation, claims) {
      for (const [claim, turn] of claims) of(rotation).set(claim, turn)
    },
    settle: (turn) => settle(turn, turn.number),
    notice({ tenant, team, open }, { claim: own, now }) {
      const before = noticed.get(rotationPartition(tenant, team))
      const isSettled = of(rotationPartition(tenant, team))
      const standing = Object.entries(open)
        .filter(([claim]) => claim !== own && !isSettled.has(claim))
        .map(([claim, turn]) => {
          const number = numberOf(turn)
          const known = before?.get(claim)
          const at = known?.turn.number === number ? known.at : now
          return [claim, { turn: { tenant, team, claim, number }, at }] as const
        })
      noticed.set(rotationPartition(tenant, team), new Map(standing))
      const oldestFirst = standing.map(([, { turn }]) => turn).toSorted((a, b) => a.number - b.number)
      for (const turn of oldestFirst.slice(0, Math.max(0, standing.length - mostOpen)))
        settle(turn, open[turn.claim]!)
    },
    line(rotation) {
      const line = lines.get(rotation) ?? { isTaking: false, waiting: [] }
      lines.set(rotation, line)
      return line
    },
    overdue(now) {
      const all = [...noticed.values()].flatMap((claims) => [...claims.values()])
      const due = all.filter(({ at }) => now - at >= patience).slice(0, mostReviewed)
      for (const each of due) each.at = now
      return due.map(({ turn }) => turn)
    },
  }
}
