import type { Company } from '../company/company.ts'
import type { DecisionEntry } from '../kind/system/decision.ts'
import { namedPerson, namedQueue, namedTeam, type Named, type Reader } from './reader.ts'

/* Whose turn it was in a team, who was passed over, and why, for a panel. */

export interface MemberWhy extends Named {
  /** `waiting`: there, and not next; `unknown`: has joined since, or was asked about in no record */
  state: 'chosen' | 'passed' | 'waiting' | 'unknown'
  /** of somebody who was passed over */
  because?: string
  /** of somebody who was away */
  until?: string
  /** records that he had in this rotation before */
  turn?: number
}

export interface AssignmentWhy {
  team?: { id: string; title: string }
  /** how it is chosen: `round-robin` */
  by?: string
  chosen?: Named
  /** where it waits, when nobody was chosen */
  queue?: { id: string; title: string }
  /** the reason's word, as messages have it: `turn`, `nobody-else`, `last-level` … */
  because?: string
  previousOwner?: Named
  /** in the order of the team */
  members?: MemberWhy[]
}

type Kept = DecisionEntry['record']

/** Who was excluded, as `reasonsOf` of the step writes it: a word, and until when. */
const excludedText = /^(\S+)(?: until (\S+))?$/

export function assignmentWhy(record: Kept, reader: Reader): AssignmentWhy {
  const text = (name: string): string | undefined =>
    typeof record[name] === 'string' ? record[name] : undefined
  const [teamId, person, queueId, before] = [
    text('team'),
    text('chosen'),
    text('queue'),
    text('previousOwner'),
  ]
  const [by, because] = [text('by'), text('because')]
  const members = teamId === undefined ? [] : membersOf(teamId, record, reader)
  return {
    ...(teamId !== undefined && { team: namedTeam(teamId, reader) }),
    ...(by !== undefined && { by }),
    ...(person !== undefined && { chosen: namedPerson(person, reader) }),
    ...(queueId !== undefined && { queue: namedQueue(queueId, reader) }),
    ...(because !== undefined && { because }),
    ...(before !== undefined && { previousOwner: namedPerson(before, reader) }),
    ...(members.length && { members }),
  }
}

/** Members of the team as it is now in their order, then those who were asked and have left it. */
function membersOf(team: string, record: Kept, reader: Reader): MemberWhy[] {
  const { chosen } = record
  const turns = (record.turns ?? {}) as Record<string, number>
  const excluded = (record.excluded ?? {}) as Record<string, string>
  const { members = [] } = reader.company.teams[team as keyof Company['teams']] ?? {}
  const all = new Set<string>([...members, ...Object.keys(turns), ...Object.keys(excluded)])
  return [...all].map((id): MemberWhy => {
    const named = namedPerson(id, reader)
    const turn = Object.hasOwn(turns, id) ? { turn: turns[id]! } : {}
    if (id === chosen) return { ...named, state: 'chosen', ...turn }
    if (!Object.hasOwn(excluded, id))
      return { ...named, state: Object.hasOwn(turns, id) ? 'waiting' : 'unknown', ...turn }
    const [, because = '', until] = excludedText.exec(excluded[id]!) ?? []
    return { ...named, state: 'passed', because, ...(until !== undefined && { until }), ...turn }
  })
}
