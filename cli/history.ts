import * as z from 'zod'
import { askApi } from './account/api.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'

const page = z.object({ leads: z.array(z.object({ id: z.string() })), next: z.string().optional() })
const step = z.looseObject({ what: z.string() })
const story = z.object({
  events: z.array(z.looseObject({ at: z.string(), what: z.string(), steps: z.array(step).optional() })),
})

/**
 * `holdfast history`: writes the decisions about the leads of the last days, a line of JSON each, as `check --history`
 * reads them. Asks a running instance through its API, day by day, as a manager or operations, or with a key that has
 * `leads:read`: a rep would get the decisions about the leads of his teams only. What it writes holds rows, versions and facts, nothing personal.
 */
export async function history(options: Options, terminal: Terminal): Promise<number> {
  const { url } = options
  if (!url) throw new UsageError('say where Holdfast runs: --url http://localhost:3000')
  const first = firstDay(options.last, terminal.now)
  for (let day = first; day <= terminal.now; day += 86_400_000)
    for await (const lead of leadsOf(url, new Date(day).toISOString().slice(0, 10), terminal)) {
      const { events } = story.parse(await askApi(url, `/leads/${lead}/history`, terminal))
      for (const { at, steps = [] } of events)
        for (const { what, table, version, row, rows } of steps)
          if (what === 'table')
            terminal.out(`${JSON.stringify({ at, table, version, ...(rows ? { rows } : { row }) })}\n`)
    }
  return 0
}

/** The first day of `90d`, in milliseconds. */
export function firstDay(last = '90d', now: number): number {
  const days = /^(\d{1,4})d$/.exec(last)?.[1]
  if (days === undefined) throw new UsageError(`--last ${last}: write a number of days, such as 90d`)
  return now - Number(days) * 86_400_000
}

async function* leadsOf(url: string, day: string, terminal: Terminal): AsyncGenerator<string> {
  let after: string | undefined
  do {
    const query = new URLSearchParams({ day, ...(after && { after }) })
    const { leads, next } = page.parse(await askApi(url, `/leads?${query}`, terminal))
    for (const { id } of leads) yield id
    after = next
  } while (after)
}
