import { queryOptions } from '@tanstack/react-query'
import type { Language } from '../../core/record/id.ts'
import { withQuery, type Api } from './client.ts'

/* Why a record has the owner, team, priority and promise that it has: `GET /{plural}/{id}/why`. */

export const reasonsFor = ['owner', 'team', 'priority', 'promise'] as const
export type ReasonFor = (typeof reasonsFor)[number]

interface Person {
  id: string
  name: string
}
interface Titled {
  id: string
  title: string
}

/** As the API tells it (core/why). */
interface Told {
  owner?: { person?: Person; at?: string; how: string; by?: Person; decision?: string }
  team?: { decision?: string }
  priority?: { decision?: string }
  promise?: {
    until: string
    from?: string
    within?: string
    calendar?: { title: string; timeZone: string }
    decision?: string
  }
  then: readonly { at: string; do: string; to?: Person; among?: readonly Person[]; queue?: Titled }[]
  decisions: readonly { id: string; at: string; table?: ToldTable; assignment?: ToldAssignment }[]
  sentence: string
}
interface ToldTable {
  title: string
  isPublished: boolean
  hitPolicy?: string
  row?: string
  rows?: readonly {
    id: string
    state: RowState
    note?: string
    failed?: { facts: readonly { title: string }[]; wanted?: string; seen?: string }
    conditions?: readonly string[]
  }[]
}
interface ToldAssignment {
  team?: Titled
  by?: string
  chosen?: Person
  members?: readonly { id: string; state: string; because?: string; until?: string }[]
}

export type RowState = 'decided' | 'matched' | 'failed' | 'not-in-force' | 'not-reached'

/** What set a value. */
export interface Setting {
  at?: string
  /** place in `decisions`; absent: somebody set it by hand, or it is not known any more */
  decision?: number
  by?: Person
}

export type Why = Partial<Readonly<Record<ReasonFor, Setting>>> & {
  /** one paragraph in the language that was asked for */
  sentence: string
  decisions: readonly WhyDecision[]
}

export type WhyDecision = TableDecision | AssignDecision | PromiseDecision

export interface TableDecision {
  what: 'table'
  at: string
  title: string
  hitPolicy?: string
  /** whether that version is still the one in force: of another no rows are told */
  isCurrent: boolean
  /** id of the row that decided, or `default` */
  row?: string
  rows: readonly {
    id: string
    state: RowState
    note?: string
    /** of one that failed: what was asked about, what was wanted of it, and what was seen, unless that is personal or hidden */
    failed?: { about: string; wanted?: string; seen?: string }
    /** of the one that decided, in words */
    conditions?: readonly string[]
  }[]
}

export interface AssignDecision {
  what: 'assign'
  at: string
  by?: string
  team?: string
  chosen?: string
  members: readonly string[]
  passed: readonly { person: string; because: string; until?: string }[]
}

export interface PromiseDecision {
  what: 'promise'
  at: string
  within?: string
  calendar?: string
  /** by whose clock it is counted */
  timeZone?: string
  from: string
  until: string
  /** what comes when nobody answers, and to whom it goes then, as far as that is known */
  then?: { at: string; step: string; to?: string; queue?: string; among?: readonly string[] }
}

/** The decisions one by one, in the order in which they were made: what a table said, whose turn it was, until when. */
export function whyFrom({ owner, team, priority, promise, then, decisions, sentence }: Told): Why {
  const parts: { of: string; part: WhyDecision }[] = decisions
    .toReversed()
    .flatMap(({ id, at, table, assignment }) => [
      ...(table ? [{ of: id, part: tablePart(at, table) }] : []),
      ...(assignment ? [{ of: id, part: turnPart(at, assignment) }] : []),
    ])
  if (promise) {
    const from = promise.from ?? decisions.find(({ id }) => id === promise.decision)?.at
    if (from !== undefined)
      parts.push({
        of: promise.decision ?? '',
        part: {
          what: 'promise',
          at: from,
          from,
          until: promise.until,
          ...(promise.within !== undefined && { within: promise.within }),
          ...(promise.calendar && {
            calendar: promise.calendar.title,
            timeZone: promise.calendar.timeZone,
          }),
          ...nextOf(then.find(({ do: what }) => what !== 'tell') ?? then[0]),
        },
      })
  }
  const placed = (id: string | undefined, what: WhyDecision['what']): Setting => {
    const at = parts.findIndex(({ of, part }) => part.what === what && of === (id ?? ''))
    return at < 0 ? {} : { at: parts[at]!.part.at, decision: at }
  }
  const isByHand = owner?.how === 'given' || owner?.how === 'taken'
  return {
    sentence,
    decisions: parts.map(({ part }) => part),
    ...(owner && {
      owner: {
        ...(owner.at !== undefined && { at: owner.at }),
        ...placed(owner.decision, 'assign'),
        ...(isByHand && owner.by && { by: owner.by }),
      },
    }),
    ...(team && { team: placed(team.decision, 'table') }),
    ...(priority && { priority: placed(priority.decision, 'table') }),
    ...(promise && { promise: placed(promise.decision, 'promise') }),
  }
}

const nextOf = (next: Told['then'][number] | undefined): Pick<PromiseDecision, 'then'> =>
  next
    ? {
        then: {
          at: next.at,
          step: next.do,
          ...(next.to && { to: next.to.name }),
          ...(next.queue && { queue: next.queue.title }),
          ...(next.among?.length && { among: next.among.map(({ name }) => name) }),
        },
      }
    : {}

const tablePart = (
  at: string,
  { title, hitPolicy, isPublished, row, rows = [] }: ToldTable,
): TableDecision => ({
  what: 'table',
  at,
  title,
  isCurrent: isPublished,
  ...(hitPolicy !== undefined && { hitPolicy }),
  ...(row !== undefined && { row }),
  rows: rows.map(({ failed, ...each }) => ({
    ...each,
    ...(failed && {
      failed: {
        about: failed.facts.map((fact) => fact.title).join(', '),
        ...(failed.wanted !== undefined && { wanted: failed.wanted }),
        ...(failed.seen !== undefined && { seen: failed.seen }),
      },
    }),
  })),
})

const turnPart = (at: string, { team, by, chosen, members = [] }: ToldAssignment): AssignDecision => ({
  what: 'assign',
  at,
  members: members.map(({ id }) => id),
  passed: members.flatMap(({ id, state, because, until }) =>
    state === 'passed' && because !== undefined
      ? [{ person: id, because, ...(until !== undefined && { until }) }]
      : [],
  ),
  ...(team && { team: team.id }),
  ...(by !== undefined && { by }),
  ...(chosen && { chosen: chosen.id }),
})

/** @param url of the record in the API: `/leads/lead_01…` */
export const whyQuery = (api: Api, url: string, lang: Language) =>
  queryOptions({
    queryKey: ['why', url, lang],
    queryFn: () => api.get<Told>(withQuery(`${url}/why`, { lang })),
    select: whyFrom,
  })
