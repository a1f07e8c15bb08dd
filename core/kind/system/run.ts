import { occurrenceOf, type Segment } from './segment.ts'

/** A run of a workflow, as its newest segment says it is. */
export type Run = Segment

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
  /** to whom the turn may not go, as this invocation has read it: another one may have read a later owner */
  except: readonly string[]
}

/** As one text, which no two steps share; no part of it holds a space. */
export const toClaim = ({ workflow, eventId, segment, at, except }: TurnClaim): string =>
  [eventId, workflow, segment, at, ...except].join(' ')

/** The segment that a claim is of. */
export function fromClaim(
  claim: string,
): Pick<Segment, 'workflow' | 'occurrence' | 'segment'> & { id: string } {
  const [eventId = '', workflow = '', segment] = claim.split(' ')
  const id = eventId.slice(0, eventId.lastIndexOf('.'))
  return { id, workflow, occurrence: occurrenceOf(id, eventId), segment: Number(segment) }
}
