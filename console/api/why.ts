import { queryOptions } from '@tanstack/react-query'
import type { Language } from '../../core/record/id.ts'
import { withQuery, type Api } from './client.ts'

/* Why a record has the owner, team, priority and promise that it has: `GET /{plural}/{id}/why`. */

export const reasonsFor = ['owner', 'team', 'priority', 'promise'] as const
export type ReasonFor = (typeof reasonsFor)[number]

/** What set a value. */
export interface Setting {
  at: string
  /** place in `decisions`; absent: somebody set it by hand */
  decision?: number
  by?: { id: string; name?: string }
}

export type Why = Partial<Readonly<Record<ReasonFor, Setting>>> & {
  /** one paragraph in the language that was asked for */
  sentence?: string
  decisions: readonly WhyDecision[]
}

export type WhyDecision = TableDecision | AssignDecision | PromiseDecision

export interface TableDecision {
  what: 'table'
  at: string
  table: string
  title: string
  version: string
  hitPolicy: string
  /** whether that version is still the one in force */
  isCurrent: boolean
  /** id of the row that decided, or `default` */
  row?: string
  /** values of what the row that decided asked for, in words */
  matched?: readonly Compared[]
  rows: readonly {
    id: string
    state: 'decided' | 'matched' | 'failed' | 'not-in-force' | 'not-reached'
    note?: string
    reason?: Compared
  }[]
}

/** A fact, what was wanted of it and what was seen, in words: `lead.employees`, `at least 500`, `200`. */
export interface Compared {
  field: string
  wanted: string
  seen: string
}

export interface AssignDecision {
  what: 'assign'
  at: string
  by: string
  team: string
  chosen?: string
  because?: string
  members: readonly string[]
  passed: readonly { person: string; because: string; until?: string }[]
}

export interface PromiseDecision {
  what: 'promise'
  at: string
  within: string
  calendar?: string
  from: string
  until: string
  /** what comes when nobody answers */
  then?: { at: string; step: string; to?: string }
}

/** @param url of the record in the API: `/leads/lead_01…` */
export const whyQuery = (api: Api, url: string, lang: Language) =>
  queryOptions({
    queryKey: ['why', url, lang],
    queryFn: () => api.get<Why>(withQuery(`${url}/why`, { lang })),
  })
