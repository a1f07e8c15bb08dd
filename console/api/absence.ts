import { queryOptions } from '@tanstack/react-query'
import type { Api } from './client.ts'

/** When somebody gets no new work. */
export interface Absence {
  id: string
  from: string
  until: string
  reason?: string
}

/** Those that are not over, the next to end first: `GET /people/{id}/absences`. */
export const absencesQuery = (api: Api, person: string) =>
  queryOptions({
    queryKey: ['absences', person],
    queryFn: async () =>
      (await api.get<{ absences: readonly Absence[] }>(`/people/${person}/absences`)).absences,
  })
