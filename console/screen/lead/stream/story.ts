import type { Happening } from '../../../api/lead.ts'

/*
 * What happened to a lead, as one stream: newest first, each run's steps of one moment as one line, with what they told whom inside.
 */

export const facets = ['talk', 'changes', 'automation'] as const
export type Facet = (typeof facets)[number]

/** One line of the stream. */
export interface Entry {
  id: string
  at: string
  facet: Facet
  event: Happening
  /** of what automation did: whom it told */
  messages: readonly Happening[]
  /** of the newest line of a run: how it stands */
  run?: Happening
  /** whether the run began here */
  isFirst?: boolean
}

export type Step = Readonly<Record<string, unknown>> & { step: string; what: string }

export const stepsOf = ({ steps }: Happening): readonly Step[] =>
  Array.isArray(steps) ? (steps as Step[]) : []

const changing = ['close', 'reopen', 'take', 'give', 'convert', 'merge', 'elsewhere', 'raise']

function facetOf({ what, activity }: Happening): Facet {
  if (what === 'submission' || what === 'consent') return 'talk'
  if (what === 'activity') return changing.includes(String(activity)) ? 'changes' : 'talk'
  return what === 'change' || what === 'refusal' ? 'changes' : 'automation'
}

/** `lead-follow-up.1.0` is a part of the run `lead-follow-up.1`. */
const runOf = (id: string): string => id.slice(0, id.lastIndexOf('.'))

export function storyOf(events: readonly Happening[]): Entry[] {
  const decisions = events.filter(({ what }) => what === 'decision')
  const own = new Set(decisions.map(({ id }) => id))
  // The id of what tells of a decision begins with that of the decision.
  const tellerOf = ({ what, id }: Happening) =>
    what === 'message' && id !== undefined && own.has(runOf(id)) ? runOf(id) : undefined
  const [runs, told] = [events.filter(({ what }) => what === 'run'), new Map<string, Happening[]>()]
  for (const event of events) {
    const teller = tellerOf(event)
    if (teller !== undefined) told.set(teller, [...(told.get(teller) ?? []), event])
  }
  const shown = events.filter((event) => event.what !== 'run' && tellerOf(event) === undefined)
  return shown
    .map((event, at): Entry => {
      const entry = {
        id: event.id ?? `${event.what} ${event.at} ${at}`,
        at: event.at,
        facet: facetOf(event),
        event,
        messages: told.get(event.id ?? '') ?? [],
      }
      return event.what === 'decision' ? { ...entry, ...standOf(event, decisions, runs) } : entry
    })
    .toReversed()
}

/** Where a decision stands in its run. */
function standOf(
  { id = '', workflow }: Happening,
  decisions: readonly Happening[],
  runs: readonly Happening[],
): Pick<Entry, 'run' | 'isFirst'> {
  if (workflow === undefined) return {}
  const all = decisions.filter((each) => each.workflow === workflow && runOf(each.id ?? '') === runOf(id))
  const first = all[0]
  const run = runs.find((each) => each.workflow === workflow && each.at === first?.at)
  return {
    isFirst: first?.id === id,
    ...(run && all.at(-1)?.id === id && { run }),
  }
}

/** Since when somebody has it: the last time that it was given to him, by whomever. */
export function heldSince(events: readonly Happening[], person: string): string | undefined {
  const hasGiven = (event: Happening): boolean =>
    event.what === 'decision'
      ? stepsOf(event).some((step) => step.what === 'assign' && step.chosen === person)
      : event.what === 'activity' &&
        ((event.activity === 'take' && idOf(event.by) === person) || event.to === person)
  return events.findLast(hasGiven)?.at
}

export const idOf = (by: unknown): string | undefined =>
  typeof by === 'object' && by !== null && 'id' in by ? String(by.id) : undefined

/** A word or a number of what happened; nothing for anything else. */
export const textOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
