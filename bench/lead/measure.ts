import { cpus } from 'node:os'
import type { CloudProcess } from '../cloud-process.ts'
import { processorTime, sampleProcessor, totalOf, type ProcessorTime } from '../process-tree.ts'
import { openClient, type Client } from './client.ts'
import { drive, watchMail, type Load, type MailWatch, type Plan } from './drive.ts'

/** What one load took, all that it set off included. */
export interface Taken {
  load: Load
  /** of the cloud with all its processes; undefined where it cannot be told */
  processor: ProcessorTime | undefined
  /** of the clients, milliseconds */
  clients: number
  /** share of the machine's processors that neither cloud nor clients took: other programs, and the kernel's own work */
  others: number | undefined
  syncs: Syncs
}

export interface Syncs {
  commits: number
  checkpoints: number
}

/** Drives one cloud and takes its figures before and after. */
export interface Measured {
  run(plan: Plan): Promise<Taken>
  /** the same of any other load */
  during(load: () => Promise<Load>): Promise<Taken>
  /** what the cloud takes while nobody asks for anything, over so many milliseconds */
  idle(milliseconds: number): Promise<{ processor: ProcessorTime | undefined; syncs: Syncs }>
  close(): Promise<void>
}

export function openMeasured(cloud: CloudProcess): Measured {
  const door = openClient(cloud.url, 1, cloud.ownerKey)
  let watch: MailWatch | undefined

  async function during(work: () => Promise<Load>): Promise<Taken> {
    const syncsBefore = await syncsOf(door)
    const before = sampleProcessor(cloud.id)
    const clientsBefore = process.cpuUsage()
    const begin = performance.now()
    const load = await work()
    // What a lead sets off does not end with its e-mail.
    await door.call('/_local/settle', {})
    const { user, system } = process.cpuUsage(clientsBefore)
    const clients = (user + system) / 1000
    const after = sampleProcessor(cloud.id)
    const processor = processorTime(before, after)
    const all = (performance.now() - begin) * cpus().length
    return {
      load,
      processor,
      clients,
      others:
        before && after && processor
          ? Math.max(0, (after.machine - before.machine - totalOf(processor) - clients) / all)
          : undefined,
      syncs: difference(syncsBefore, await syncsOf(door)),
    }
  }

  return {
    run(plan) {
      const { arrival } = (watch ??= watchMail(cloud.url, cloud.ownerKey))
      return during(() => drive({ url: cloud.url, arrival }, plan))
    },
    during,
    async idle(milliseconds) {
      const syncsBefore = await syncsOf(door)
      const before = sampleProcessor(cloud.id)
      await new Promise((after) => setTimeout(after, milliseconds))
      const processor = processorTime(before, sampleProcessor(cloud.id))
      return { processor, syncs: difference(syncsBefore, await syncsOf(door)) }
    },
    async close() {
      await watch?.close()
      door.close()
    },
  }
}

const syncsOf = async (door: Client): Promise<Syncs> =>
  ((await door.call('/_local/figures')) as { syncs: Syncs }).syncs

const difference = (before: Syncs, after: Syncs): Syncs => ({
  commits: after.commits - before.commits,
  checkpoints: after.checkpoints - before.checkpoints,
})

/** `others 4 %`: how busy the machine was with something else. */
export const othersOf = ({ others }: Taken): string =>
  `others ${others === undefined ? 'unknown' : `${(others * 100).toFixed(0)} %`}`

/** `3.3 ms CPU`: of the cloud for a lead. */
export const processorOf = ({ processor, load }: Taken): string =>
  `${processor ? (totalOf(processor) / load.count).toFixed(2) : 'unknown'} ms CPU`

/** For a lead, all together. */
export const syncsPerLead = ({ syncs, load }: Taken): number =>
  (syncs.commits + syncs.checkpoints) / load.count

/** Milliseconds of each component for a lead; what is too little to matter together as the rest. */
export function componentsOf({ processor, load }: Taken): string {
  if (!processor) return 'unknown on this platform'
  const each = [...processor].map(([name, time]) => ({ name, time: time / load.count }))
  const large = each.filter(({ time }) => time >= 0.01)
  const rest = each.filter(({ time }) => time < 0.01).reduce((sum, { time }) => sum + time, 0)
  return [...large, ...(rest >= 0.005 ? [{ name: 'rest', time: rest }] : [])]
    .map(({ name, time }) => `${name} ${time.toFixed(2)}`)
    .join(', ')
}
