import { queryOptions } from '@tanstack/react-query'
import { setNow } from '../clock.ts'
import { meAddress, peopleAddress } from './address.ts'
import type { Api } from './client.ts'

/** How far something reaches: `core/access/grant.ts` says what each is. */
export type Reach = 'own' | 'team' | 'territory' | 'all'

/** What may be done with records of a kind; what is absent may not. */
export interface Allowed {
  read?: Reach
  create?: Reach
  change?: Reach
  /** transitions, hand-overs and whatever else is done with a record, by name */
  do: Readonly<Record<string, Reach>>
  /** fields that are neither shown nor taken */
  hidden?: readonly string[]
}

/** Who is signed in, and what he may do: `GET /me`. */
export interface Me {
  person: { id: string; name: string; language: string; timeZone: string }
  roles: readonly { id: string; title: string }[]
  teams: readonly string[]
  watches: readonly string[]
  company: { name: string; currency: string; timeZone: string }
  /** by the names of kinds */
  may: Readonly<Record<string, Allowed>>
  can: readonly string[]
  /** what time it is there */
  now: string
}

/**
 * Whether somebody may do something with records of a kind at all; whether with this one is judged when it is tried.
 */
export function mayDo({ may }: Me, kind: string, what: string): boolean {
  const allowed = may[kind]
  if (what === 'read' || what === 'create' || what === 'change') return allowed?.[what] !== undefined
  return allowed?.do[what] !== undefined
}

export const meQuery = (api: Api) =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async () => {
      // With the time, which a 304 does not say.
      const me = await api.get<Me>(meAddress, { anew: true })
      setNow(me.now)
      return me
    },
    initialData: () => {
      const me = api.arrived(meAddress) as Me | undefined
      if (me) setNow(me.now)
      return me
    },
    staleTime: 30_000,
    // Without it nothing can be shown.
    refetchInterval: ({ state }) => (state.data ? 60_000 : 5_000),
  })

/** Names of ids: `GET /people`. */
export interface People {
  people: readonly { id: string; name: string; teams: readonly string[]; absentUntil?: string }[]
  teams: readonly { id: string; title: string; people: readonly string[]; manager: string }[]
  queues: readonly { id: string; title: string; watchers: readonly string[] }[]
  /** one that only takes in what another service sends has no title */
  forms: readonly { id: string; title?: Readonly<Record<string, string>> }[]
}

export const peopleQuery = (api: Api) =>
  queryOptions({
    queryKey: ['people'],
    queryFn: () => api.get<People>(peopleAddress),
    initialData: () => api.arrived(peopleAddress) as People | undefined,
    staleTime: 300_000,
  })
