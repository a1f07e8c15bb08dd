import { queryOptions } from '@tanstack/react-query'
import { workAddress } from './address.ts'
import type { Api } from './client.ts'
import { liveInterval } from './live.ts'

/** One thing that somebody has to do: an entry of `GET /work?fields=record`. */
export interface WorkEntry {
  kind: string
  id: string
  called: string
  next: string
  due: string
  /** something of it is late: a promise, or its next step */
  overdue: boolean
  /** since when; `due` is what comes next */
  lateSince?: string
  /** of the record in the API: `/leads/lead_01…` */
  url: string
  line: Readonly<Record<string, unknown>>
  record?: Readonly<Record<string, unknown>>
}

export interface Work {
  work: readonly WorkEntry[]
  /** how much there is in all; `isMore`: there is more than was counted */
  count?: { total: number; overdue: number; kinds: Readonly<Record<string, number>>; isMore?: true }
  /** where the next page begins */
  next?: string
}

export const workQuery = (api: Api, kind?: string) =>
  queryOptions({
    queryKey: ['work', kind ?? 'all'],
    queryFn: () => api.get<Work>(workAddress(kind)),
    initialData: () => api.arrived(workAddress(kind)) as Work | undefined,
    refetchInterval: liveInterval,
  })
