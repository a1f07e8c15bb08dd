import * as z from 'zod/mini'
import { count, instant, many, optional, stored, value } from '../../record/field.ts'
import { entryKey, fileOf, section, type Key } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'
import { notice } from './message.ts'

/*
 * A segment of a run is one item, which is created and never changed.
 *
 * Problem: a segment's mark, what later segments need of it, its reasons and its messages are written together, and a
 * table bills each begun kilobyte of each item.
 * Representation: one item in the file of the record. That it exists is the mark; the newest one of a run is the run's
 * state. What only readers of the past ask for (and deliver-mail) is packed.
 * Invariant: a segment has had its effects if and only if its item exists, since both are one transaction.
 * That a run is over because its record is answered or closed stands in the record: nothing is written here for it.
 * Rejected: one item of the run that each segment replaces, beside an item of its decision and one of each message:
 * nine write units of a lead in place of two.
 */
export const segmentKind = entry({
  name: 'segment',
  title: 'Segment',
  help: 'What one segment of one execution of a workflow on one record did, why, and what is to be told. Its creation is the mark that it is done, and makes a doubled event harmless.',
  fields: () => ({
    workflow: stored('Workflow', { given: true }),
    occurrence: stored('Occurrence', {
      given: true,
      help: "what the run is for: the record's version of which the event tells",
    }),
    segment: count('Segment', { given: true, help: 'which one, from 0' }),
    workflowVersion: stored('Version of the workflow', {
      given: true,
      help: "hash of the workflow's file: the version that this run finishes on",
    }),
    execution: stored('Execution', { given: true, help: 'of Step Functions' }),
    at: instant('When', { given: true }),
    until: optional(instant('Until', { given: true, help: 'when the next segment is due' })),
    over: optional(
      stored('Over', {
        given: true,
        help: 'nothing follows, and why: `last step`, `answered`, `closed`, `taken`, `reassigned`, `rerouted`, `put off`, `loop`, `until`',
      }),
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
    messages: optional(
      value('Messages', z.array(notice), { given: true, help: 'what is to be told to whom' }),
    ),
    journal: optional(
      value('Journal', z.instanceof(Uint8Array), {
        given: true,
        help: 'the reasons of its steps, what its messages say and what it rested on, packed (`core/kind/system/journal.ts`)',
      }),
    ),
  }),
  place: ({ workflow, occurrence, segment }) => segmentPlace(workflow, occurrence, segment),
  said: (workflow = '', occurrence = '', segment = '') => ({
    workflow,
    occurrence,
    segment: Number(segment),
  }),
})
export type Segment = RecordOf<typeof segmentKind>

/** Sorts as text up to a thousand segments. */
const segmentPlace = (workflow: string, occurrence: string, segment: number): string =>
  entryKey('run', workflow, occurrence, String(segment).padStart(3, '0'))

/** All segments of a file, those of one workflow, or those of one run. */
export const segmentPrefix = (
  ...of: [] | [workflow: string] | [workflow: string, occurrence: string]
): string => (of.length ? `${entryKey('run', ...of)}#` : `${section.run}#`)

export interface RunRef {
  tenant: string
  /** the record */
  id: string
  workflow: string
  occurrence: string
}

export const segmentKey = ({ tenant, id, workflow, occurrence }: RunRef, segment: number): Key => ({
  pk: fileOf(tenant, id),
  sk: segmentPlace(workflow, occurrence, segment),
})

/** What of an event's id is not the record's own: `<record id>.<occurrence>`. */
export const occurrenceOf = (id: string, eventId: string): string =>
  eventId.startsWith(`${id}.`) ? eventId.slice(id.length + 1) : eventId

/** What a record calls the run that looks after it. */
export const runIdOf = ({ workflow, occurrence }: Pick<RunRef, 'workflow' | 'occurrence'>): string =>
  `${workflow}.${occurrence}`

/** Of what it decides, in words: the name of its decision, and the beginning of those of its messages. */
export const causeOfSegment = (of: Pick<Segment, 'workflow' | 'occurrence' | 'segment'>): string =>
  `${runIdOf(of)}.${of.segment}`

/** The newest segment of each run among those of a file: the state of the run. */
export function newestSegments(segments: readonly Segment[]): Segment[] {
  const newest = new Map<string, Segment>()
  for (const each of segments) {
    const known = newest.get(runIdOf(each))
    if (!known || known.segment < each.segment) newest.set(runIdOf(each), each)
  }
  return [...newest.values()]
}
