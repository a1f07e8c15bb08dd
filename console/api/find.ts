import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { withQuery, type Api } from './client.ts'

/** A record that has all of what somebody typed. */
export interface Found {
  kind: string
  id: string
  called?: string
  line: Readonly<Record<string, unknown>>
  /** which field has which word */
  because: readonly { asked: string; field: string; how: 'is' | 'begins' | 'has' | 'like' }[]
}

/** Whether there is anything to look for: two letters, or three digits. */
export const isEnough = (text: string): boolean => /\p{L}.*\p{L}|\d.*\d.*\d/u.test(text)

/**
 * `GET /find`. What was found before stays until the answer is there; answers are kept by what was asked, so that none which comes late is
 * shown for a newer question.
 */
export const findQuery = (api: Api, { text, kind, limit }: { text: string; kind?: string; limit?: number }) =>
  queryOptions({
    queryKey: ['find', text, kind ?? 'all', limit ?? 'some'],
    queryFn: async () =>
      (
        await api.get<{ found: readonly Found[] }>(
          withQuery('/find', { text, kind, limit: limit?.toString() }),
        )
      ).found,
    enabled: isEnough(text),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  })
