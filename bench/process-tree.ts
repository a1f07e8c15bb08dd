import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/*
 * What a process and all below it take of the machine, from Linux's /proc (proc(5)); elsewhere undefined.
 * Processor time is that of the scheduler, in nanoseconds, for each thread: a busy machine makes it longer by cold caches
 * only, not by waiting.
 */

/** Milliseconds on the processor by what took them, most first. */
export type ProcessorTime = Map<string, number>

export interface Sample {
  /** by process and thread */
  threads: Map<string, { name: string; milliseconds: number }>
  /** of the processes as wholes, threads and children that have ended included; in steps of 10 ms */
  whole: number
  /** of all processors of the machine together, whoever took it */
  machine: number
}

/** The threads as they are now; a difference of two samples is what `processorTime` gives. */
export function sampleProcessor(root: number): Sample | undefined {
  if (process.platform !== 'linux') return undefined
  const sample: Sample = { threads: new Map(), whole: 0, machine: busyTicks() * 10 }
  for (const id of processTree(root))
    try {
      const program = nameOf(id)
      sample.whole += ticksOf(id) * 10
      for (const thread of readdirSync(`/proc/${id}/task`)) {
        const path = `/proc/${id}/task/${thread}`
        const name = program ?? readFileSync(`${path}/comm`, 'utf8').trim()
        const milliseconds = Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0]) / 1e6
        sample.threads.set(`${id}/${thread}`, { name, milliseconds })
      }
    } catch {
      // it has ended meanwhile
    }
  return sample
}

/** What was taken between two samples, threads of one name together, and those that ended meanwhile. */
export function processorTime(from: Sample | undefined, to: Sample | undefined): ProcessorTime | undefined {
  if (!from || !to) return undefined
  const byName = new Map<string, number>()
  let known = 0
  for (const [key, { name, milliseconds }] of to.threads) {
    const taken = milliseconds - (from.threads.get(key)?.milliseconds ?? 0)
    byName.set(name, (byName.get(name) ?? 0) + taken)
    known += taken
  }
  // Less than what the steps may hide is nothing.
  const ended = to.whole - from.whole - known
  if (ended > Math.max(100, known / 100)) byName.set('(ended threads)', ended)
  return new Map([...byName].toSorted(([, a], [, b]) => b - a))
}

export const totalOf = (time: ProcessorTime): number => [...time.values()].reduce((sum, it) => sum + it, 0)

/** Ticks in which a processor was not idle: user, nice, system, irq, softirq and steal of the first line of /proc/stat. */
function busyTicks(): number {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).map(Number)
  const [user, nice, system, , , irq, softirq, steal] = ticks
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, it) => sum + (it ?? 0), 0)
}

/** MB that the tree holds now: pages that others share are counted in proportion (PSS). */
export const memoryOf = (root: number): number | undefined => sumOf(root, 'smaps_rollup', /^Pss:\s+(\d+)/m)

/** The most MB that the tree's processes have held, each at its own time and with all that it shares (VmHWM). */
export const peakMemoryOf = (root: number): number | undefined => sumOf(root, 'status', /^VmHWM:\s+(\d+)/m)

function sumOf(root: number, file: string, kilobytes: RegExp): number | undefined {
  try {
    const sizes = processTree(root).map((id) =>
      Number(kilobytes.exec(readFileSync(`/proc/${id}/${file}`, 'utf8'))?.[1] ?? 0),
    )
    return sizes.reduce((sum, size) => sum + size, 0) / 1024
  } catch {
    return undefined
  }
}

/** Node names its threads; of another program only the whole is told. */
function nameOf(id: number): string | undefined {
  const program = basename(readlinkSync(`/proc/${id}/exe`))
  return program === basename(process.execPath) ? undefined : program
}

/** User and system time, with that of children that were waited for, in ticks of 1/100 s. */
const ticksOf = (id: number): number =>
  fieldsOf(String(id))
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks), 0)

/** The fields of /proc/<id>/stat after the command in brackets, which may hold anything. */
const fieldsOf = (id: string): string[] =>
  readFileSync(`/proc/${id}/stat`, 'utf8')
    .replace(/^.*\)\s/s, '')
    .split(' ')

function processTree(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ id: Number(name), parent: Number(fieldsOf(name)[1]) }]
      } catch {
        return [] // it has ended meanwhile
      }
    })
  const below = (one: number): number[] => [
    one,
    ...parents.filter(({ parent }) => parent === one).flatMap((child) => below(child.id)),
  ]
  return below(root)
}
