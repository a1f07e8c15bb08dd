import * as z from 'zod/mini'
import { choice, count, instant, many, optional, stored, value } from '../../record/field.ts'
import { entryKey, fileOf, section, type Key } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'

/** Its creation is the conditional write that makes a doubled event harmless. */
export const runKind = entry({
  name: 'run',
  title: 'Run',
  help: 'One execution of a workflow on one record.',
  fields: () => ({
    workflow: stored('Workflow', { given: true }),
    workflowVersion: stored('Version of the workflow', {
      given: true,
      help: "hash of the workflow's file: the version that this run finishes on",
    }),
    eventId: stored('Event', {
      given: true,
      help: 'the domain event that started it: `<record id>.<record version>`',
    }),
    execution: stored('Execution', { given: true, help: 'of Step Functions' }),
    status: choice('Status', ['waiting', 'ended', 'cancelled', 'failed'], { given: true }),
    segment: count('Segment', {
      given: true,
      help: 'segments up to and including this one are done, from 0',
    }),
    startedAt: instant('Started', { given: true }),
    until: optional(instant('Until', { given: true, help: 'when the next segment is due' })),
    endedAt: optional(instant('Ended', { given: true })),
    reason: optional(
      stored('Reason', { given: true, help: 'why it ended, in words: `answered`, `closed`, `last step`' }),
    ),
    variables: value('Variables', z.record(z.string(), z.json()), {
      given: true,
      help: 'results of steps that later ones use: ids, times and words of rules, nothing personal',
    }),
    turns: optional(
      many('Turns', z.string(), {
        most: 100,
        given: true,
        help: 'turns that its assignments used, as `turnName` writes them: whether a turn was used is read here',
      }),
    ),
  }),
  place: ({ workflow, eventId }) => runPlace(workflow, eventId),
})
export type Run = RecordOf<typeof runKind>

const runPlace = (...parts: string[]): string => entryKey('run', ...parts)

/** All runs of a file, or those of one workflow. */
export const runPrefix = (workflow?: string): string =>
  workflow === undefined ? `${section.run}#` : `${runPlace(workflow)}#`

export const runKey = (tenant: string, of: string, workflow: string, eventId: string): Key => ({
  pk: fileOf(tenant, of),
  sk: runPlace(workflow, eventId),
})

/** A turn of a team's rotation. */
export const turnName = (team: string, number: number): string => `${team} ${number}`

/** The step of a run for which a turn is taken. */
export interface TurnClaim {
  workflow: string
  /** that began the run */
  eventId: string
  segment: number
  /** place of the step in the workflow's file */
  at: number
}

/** As one text, which no two steps share; no part of it holds a space. */
export const toClaim = ({ workflow, eventId, segment, at }: TurnClaim): string =>
  [eventId, workflow, segment, at].join(' ')

export function fromClaim(claim: string): TurnClaim & { leadId: string } {
  const [eventId = '', workflow = '', segment, at] = claim.split(' ')
  const leadId = eventId.slice(0, eventId.lastIndexOf('.'))
  return { eventId, leadId, workflow, segment: Number(segment), at: Number(at) }
}
