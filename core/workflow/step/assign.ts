import * as z from 'zod/mini'
import type { Assignment } from '../../assign/take-turn.ts'
import type { Excluded } from '../../assign/round-robin.ts'
import type { DecisionRecord } from '../../kind/system/decision.ts'
import { turnName } from '../../kind/system/run.ts'
import { queueId, type PersonId, type TeamId } from '../../record/id.ts'
import {
  awayUntil,
  given,
  kept,
  needName,
  noted,
  queued,
  type Progress,
  type Situation,
  type TurnNeed,
} from '../progress.ts'
import { step, verb } from '../verb.ts'

/** The member of its team whose turn it is gets the record; `reassign` compiles to this step too. */
export const assignStep = step({
  do: 'assign',
  compiled: () => ({
    by: z.literal('round-robin'),
    /** takes the record from whom it has */
    again: z.boolean(),
    /** the queue for a record that nobody can take */
    otherwise: queueId,
  }),
  describe: ({ by, again }) => `${again ? 'reassign' : 'assign'} by ${by}`,

  turn({ at, again }, progress, situation) {
    if (stays(again, progress, situation)) return undefined
    const need = needOf(at, progress, situation)
    const { ownerId: previous } = progress.record
    const assignment = situation.assignments.get(needName(need))
    // Of a turn that was taken before the record changed hands meanwhile.
    return !assignment || (previous && assignment.chosen === previous) ? need : undefined
  },

  run(step, progress, situation) {
    const { at, again, by, otherwise } = step
    const previous = progress.record.ownerId
    const { team } = teamOf(progress, situation)
    if (previous && stays(again, progress, situation))
      return noted(kept(progress, previous, 'same-team'), step, 'assign', {
        by,
        team,
        chosen: previous,
        because: 'same-team',
      })
    const assignment = situation.assignments.get(needName(needOf(at, progress, situation)))
    if (!assignment) throw new Error('a turn is taken before it is used')
    const { chosen, taken } = assignment
    const turns = taken ? [...progress.turns, turnName(team, taken.number)] : progress.turns
    const after = moved({ ...progress, turns })
    return noted(after, step, 'assign', reasonsOf(after, { by, team, otherwise, assignment }))

    function moved(before: Progress): Progress {
      if (chosen) return given(before, chosen, previous && again ? 'no-answer' : 'turn')
      if (previous && !awayUntil(previous, situation)) return kept(before, previous, 'nobody-else')
      return queued(before, otherwise, 'nobody-available', situation)
    }
  },
})

export const assign = verb({
  name: 'assign',
  written: () => ({
    assign: z
      .literal('round-robin')
      .check(
        z.describe(
          'Gives the record to the member of its team whose turn it is. When all are absent it goes to lastResort.',
        ),
      ),
  }),
  needs: () => [{ what: 'team', verb: 'route' }],
  gives: ['owner', 'watchers'],
  compile: ({ assign: by }, otherwise) => ({ by, again: false, otherwise }),
  step: assignStep,
})

function teamOf({ record }: Progress, { rules }: Situation): { team: TeamId; members: readonly PersonId[] } {
  const { teamId: team } = record
  if (!team) throw new Error('a record is assigned only after it was routed')
  return { team, members: rules.team(team).members }
}

/** Routed again, but to his own team: he knows the customer, so it stays with him. */
function stays(again: boolean, progress: Progress, situation: Situation): boolean {
  const { ownerId } = progress.record
  const { members } = teamOf(progress, situation)
  return ownerId !== undefined && !again && members.includes(ownerId) && !awayUntil(ownerId, situation)
}

function needOf(at: number, progress: Progress, situation: Situation): TurnNeed {
  const { ownerId } = progress.record
  const excluded: Excluded[] = ownerId ? [{ person: ownerId, because: 'previous-owner' }] : []
  return { at, ...teamOf(progress, situation), excluded }
}

function reasonsOf(
  { record, reason }: Progress,
  given: { by: string; team: TeamId; otherwise: string; assignment: Assignment },
): DecisionRecord['entries'][number]['record'] {
  const { candidates, excluded, taken } = given.assignment
  return {
    by: given.by,
    team: given.team,
    ...(record.ownerId ? { chosen: record.ownerId } : { queue: given.otherwise }),
    ...(reason && { because: reason }),
    ...(taken && { turn: taken.number }),
    turns: Object.fromEntries(candidates.map(({ person, turn }) => [person, turn])),
    ...(excluded.length && {
      excluded: Object.fromEntries(
        excluded.map(({ person, because, until }) => [person, until ? `${because} until ${until}` : because]),
      ),
    }),
  }
}
