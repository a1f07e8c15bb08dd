import { queryOptions } from '@tanstack/react-query'
import { timeOn } from '../words/zone.ts'
import { withQuery, type Api } from './client.ts'

/** Of what was promised for a day and is due or answered: how much was answered in time. */
export interface InTime {
  inTime: number
  of: number
}

interface PromisedLine {
  respondBy: string
  answeredAt?: string
}

/** Two lists: what somebody still has, and what was closed this month. More than a page of one is not counted, and nothing is told. */
export function inTimeQuery(api: Api, owner: string, now: number) {
  const begin = timeOn(now, { days: 0, hour: 0 })
  const end = timeOn(now, { days: 1, hour: 0 })
  // The lists know days of UTC; the reader's own may have parts of two.
  const days = [...new Set([begin, end - 1].map((at) => new Date(at).toISOString().slice(0, 10)))]
  const promised = { respondBy: days.map((prefix) => ({ prefix })) }
  const lines = (query: Record<string, string>, filter: object) =>
    api.get<{ leads: readonly PromisedLine[]; next?: string }>(
      withQuery('/leads', { ...query, fields: 'line', limit: '100', filter: JSON.stringify(filter) }),
    )
  return queryOptions({
    queryKey: ['in-time', owner, begin],
    refetchInterval: 60_000,
    queryFn: async (): Promise<InTime | null> => {
      const found = await Promise.all([
        lines({ owner }, promised),
        lines({ state: 'closed' }, { ...promised, ownerId: [owner] }),
      ])
      if (found.some(({ next }) => next !== undefined)) return null
      return inTimeOf(
        found.flatMap(({ leads }) => leads),
        { begin, end, now },
      )
    },
  })
}

export function inTimeOf(
  leads: readonly PromisedLine[],
  { begin, end, now }: { begin: number; end: number; now: number },
): InTime {
  const due = leads.filter(({ respondBy, answeredAt }) => {
    const at = Date.parse(respondBy)
    return at >= begin && at < end && (answeredAt !== undefined || at < now)
  })
  return {
    inTime: due.filter(({ respondBy, answeredAt }) => answeredAt !== undefined && answeredAt <= respondBy)
      .length,
    of: due.length,
  }
}
