import { queryOptions } from '@tanstack/react-query'
import type { Api } from './client.ts'

/** Who is signed in, and what he may do: `GET /me`. */
export interface Me {
  person: { id: string; name: string; language: string }
  roles: readonly string[]
  teams: readonly string[]
  company: { name: string; currency: string; timeZone: string }
  /** by the names of kinds */
  may: Readonly<
    Record<string, { read: boolean; create: boolean; change: boolean; do: readonly string[] | boolean }>
  >
  can: readonly string[]
  /** what time it is there */
  now: string
}

export const meQuery = (api: Api) =>
  queryOptions({
    queryKey: ['me'],
    queryFn: () => api.get<Me>('/me'),
    staleTime: 30_000,
    refetchInterval: 60_000,
  })

/** Names of ids: `GET /people`. */
export interface People {
  people: readonly { id: string; name: string; teams: readonly string[]; left?: boolean }[]
  teams: readonly { id: string; title: string; people: readonly string[] }[]
  queues: readonly { id: string; title: string }[]
}

export const peopleQuery = (api: Api) =>
  queryOptions({ queryKey: ['people'], queryFn: () => api.get<People>('/people'), staleTime: 300_000 })
