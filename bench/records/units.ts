import type { Client } from '../lead/client.ts'

/* What an operation takes of the tables, counted by the embedded cloud on its virtual clock, for one at a time. */

export interface Units {
  /** of the request itself, before its answer */
  read: number
  write: number
  /** of what follows from it in the ledger: journal, lines in files, what is derived, the workflow that it begins */
  after: number
  /** by what all that is found, and of the dictionary */
  found: number
}

interface Counted {
  readUnits: number
  tables: Record<string, { writeUnits: number }>
}

/** Functions that follow the ledger; while they are paused a request is alone. */
const followers = ['HoldfastAutomation-OnProject', 'HoldfastAutomation-OnPublish']

/** Mean units of so many. @param door opened with the owner's key, to a cloud on a virtual clock */
export async function unitsOf(act: () => Promise<unknown>, door: Client, count: number): Promise<Units> {
  const sum: Units = { read: 0, write: 0, after: 0, found: 0 }
  for (let round = 0; round < count; round++) {
    await pause(door, true)
    await door.call('/_local/cost/reset', {})
    await act()
    const own = await costOf(door)
    await pause(door, false)
    // The projector waits for a second, to write for many at once.
    await door.call('/_local/clock', { advance: '2 seconds' })
    const all = await costOf(door)
    sum.read += own.readUnits
    sum.write += written(own, false)
    sum.after += written(all, false) - written(own, false)
    sum.found += written(all, true)
  }
  for (const key of Object.keys(sum) as (keyof Units)[]) sum[key] /= count
  return sum
}

const costOf = async (door: Client): Promise<Counted> => (await door.call('/_local/cost')) as Counted

const pause = (door: Client, paused: boolean): Promise<unknown> =>
  door.call('/_local/fault', { pause: Object.fromEntries(followers.map((name) => [name, paused])) })

const written = ({ tables }: Counted, isFind: boolean): number =>
  Object.entries(tables)
    .filter(([name]) => /-Find/.test(name) === isFind)
    .reduce((sum, [, { writeUnits }]) => sum + writeUnits, 0)
