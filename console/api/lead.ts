import { queryOptions } from '@tanstack/react-query'
import type { Amount } from '../words/format.ts'
import { leadAddress, leadHistoryAddress } from './address.ts'
import type { Api } from './client.ts'
import { liveInterval } from './live.ts'

/* A lead: `GET /leads/{id}`, what happened to it, who it may be already. What somebody may not see is absent. */

export interface Person {
  name?: string
  email?: string
  phone?: string
  company?: string
}

export interface Lead {
  id: string
  version: number
  createdAt: string
  updatedAt: string
  status: 'open' | 'won' | 'lost'
  channel: string
  formId?: string
  language: string
  country?: string
  product?: string
  employees?: number
  budget?: Amount
  source?: { page?: string; referrer?: string; utm?: Readonly<Record<string, string>> }
  contact?: Person
  people?: readonly (Person & { lastAt: string })[]
  message?: string
  also?: readonly { name: string; text: string }[]
  priority?: string
  respondBy?: string
  answeredAt?: string
  closedAt?: string
  teamId?: string
  ownerId?: string
  queueId?: string
  next?: string
  nextStep?: string
  due?: string
  customerId?: string
  contactId?: string
  opportunityId?: string
}

/** Something that happened: what else it has depends on `what`. */
export interface Happening {
  at: string
  what: string
  id?: string
  [fact: string]: unknown
}

export interface History {
  events: readonly Happening[]
}

/** A customer or contact that a lead may be. */
export interface Match {
  kind: string
  id: string
  called: string
  line: Readonly<Record<string, unknown>>
  because: readonly { lead: string; asked: string; field: string; how: string }[]
  convert?: Readonly<Record<string, unknown>>
}

export const leadQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['leads', id],
    queryFn: () => api.get<Lead>(leadAddress(id)),
    initialData: () => api.arrived(leadAddress(id)) as Lead | undefined,
    refetchInterval: liveInterval,
  })

export const leadHistoryQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['leads', id, 'history'],
    queryFn: () => api.get<History>(leadHistoryAddress(id)),
    initialData: () => api.arrived(leadHistoryAddress(id)) as History | undefined,
    refetchInterval: liveInterval,
  })

export const leadMatchesQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['leads', id, 'matches'],
    queryFn: () => api.get<{ matches: readonly Match[] }>(`/leads/${id}/matches`),
  })
