import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { fileAddress } from './address.ts'
import type { Api } from './client.ts'
import { kindOfId } from './kinds.ts'
import { liveInterval } from './live.ts'

export type Values = Readonly<Record<string, unknown>>

export interface Stored extends Values {
  id: string
  version: number
}

/** A line of what is open, or of what happened. */
export interface Told extends Values {
  at: string
  kind: string
  id: string
  title: string
}

/** A page of `GET /{kinds}/{id}/file`; a further page only goes on with what happened. */
export interface FilePage {
  record?: Stored
  open: readonly Told[]
  /** more is open than is told */
  isOpenCut: boolean
  timeline: readonly Told[]
  next?: string
}

type Answer = { timeline: readonly Told[]; open?: readonly Told[]; isOpenCut?: true; next?: string } & Values

/** @param facet what of what happened: activities, kinds of entries, with commas between */
export const fileQuery = (
  api: Api,
  { kind, plural, id }: { kind: string; plural: string; id: string },
  facet: { what?: string | undefined; kinds?: string | undefined },
) =>
  infiniteQueryOptions({
    queryKey: ['file', id, facet.what ?? 'all', facet.kinds ?? 'all'],
    queryFn: async ({ pageParam }): Promise<FilePage> => {
      const answer = await api.get<Answer>(fileAddress({ plural, id }, facet, pageParam))
      const record = answer[kind] as Stored | undefined
      return {
        ...(record && { record }),
        open: answer.open ?? [],
        isOpenCut: answer.isOpenCut ?? false,
        timeline: answer.timeline,
        ...(answer.next !== undefined && { next: answer.next }),
      }
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: liveInterval,
    placeholderData: keepPreviousData,
  })

/** A record that another one names; ids of kinds that there are not are of no record. */
export const recordQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['record', id],
    queryFn: () => api.get<Stored>(`/${kindOfId(id)!.plural}/${id}`),
    enabled: kindOfId(id) !== undefined,
    staleTime: 60_000,
    retry: false,
  })

export interface ConsentState {
  channel: string
  purpose: string
  state: 'given' | 'withdrawn'
  since: string
}

export const consentsQuery = (api: Api, plural: string, id: string) =>
  queryOptions({
    queryKey: ['consents', id],
    queryFn: async () =>
      (await api.get<{ consents: readonly ConsentState[] }>(`/${plural}/${id}/consents`)).consents,
  })

/** What a person calls a record, by whichever of its fields does. */
export function calledOf(record: Values): string {
  const name = record.name ?? record.subject ?? record.title ?? contactName(record)
  return typeof name === 'string' && name !== '' ? name : String(record.id)
}

const contactName = ({ contact }: Values): unknown => {
  const { name, company, email, phone } = (contact ?? {}) as Values
  return name ?? company ?? email ?? phone
}
