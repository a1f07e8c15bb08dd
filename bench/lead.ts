import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildDirOf } from '#infra/synth.ts'
import { northwindFolder } from '../test/fixture/northwind.ts'
import { CloudProcess } from './cloud-process.ts'
import { countCost } from './lead/cost.ts'
import { drive, type Plan } from './lead/drive.ts'
import { diskOf } from './lead/folder.ts'
import { startLimit } from './lead/limit-server.ts'
import {
  componentsOf,
  openMeasured,
  othersOf,
  processorOf,
  syncsPerLead,
  type Measured,
  type Taken,
} from './lead/measure.ts'
import { latencyOf, megabytes, perSecond, seconds, tell } from './lead/print.ts'
import { median, quantile } from './quantile.ts'
import { measureProjector } from './lead/projector.ts'
import { soak } from './lead/soak.ts'
import { memoryOf, peakMemoryOf, totalOf } from './process-tree.ts'

/*
 * The path of a lead on one machine, through the HTTP door: how soon it is ready, how fast a lead becomes an e-mail, how
 * many a second, and what that takes of processor, disk and memory, beside the goals and beside the least that could
 * keep a lead on this machine; then, counted and not timed, what a lead would cost on AWS.
 * `--quick`: a tenth of the leads. `--long`: also a soak of 100,000 leads. `--cost`: only what is counted.
 * All on this machine alone, so the clients take their share of the processor too.
 */

const root = resolve(import.meta.dirname, '..')

export async function run(options: ReadonlySet<string>): Promise<void> {
  const scale = options.has('--quick') ? 0.1 : 1
  const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  try {
    if (!options.has('--cost')) {
      await measureReady(join(data, 'ready'))
      await measureLoad(join(data, 'load'), scale)
      await measureProjector(join(data, 'projector'), scale)
      if (options.has('--long')) await soak(join(data, 'soak'), scale)
    }
    await countCost(join(data, 'cost'), Math.ceil(100 * scale))
  } catch (error) {
    process.stderr.write(lastFailures(data))
    throw error
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** What the functions wrote about their failures, before the folder goes. */
function lastFailures(data: string): string {
  return ['load', 'soak', 'cost/answered', 'cost/told']
    .map((name) => join(data, name, 'log', 'functions.log'))
    .filter((file) => existsSync(file))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /error|Runtime\.|Timedout/i.test(line))
        .slice(-3),
    )
    .map((line) => `${line.slice(0, 600)}\n`)
    .join('')
}

async function measureReady(data: string): Promise<void> {
  for (const folder of [buildDirOf(northwindFolder), join(root, '.build', 'compile-cache')])
    rmSync(folder, { recursive: true, force: true })
  const first = await CloudProcess.start(data)
  await first.stop()
  const later: number[] = []
  for (let round = 0; round < 5; round++) {
    const cloud = await CloudProcess.start(data)
    later.push(cloud.readyMilliseconds)
    await cloud.stop()
  }
  const slowest = `median of 5, slowest ${seconds(Math.max(...later))}`
  tell(
    'ready, first start',
    seconds(first.readyMilliseconds),
    'nothing built yet; dependencies installed',
    '≤ 3 s',
  )
  tell('ready, later', seconds(median(later)), slowest, '≤ 0.15 s')
}

/** The first call of each function pays for its start. */
const firstLeads = { count: 100, clients: 4, until: 'answer' } as const
/** By then V8 has compiled what a lead goes through; the first hundreds cost twice as much as those that follow. */
const warmUp = { count: 2000, clients: 8, until: 'e-mail' } as const
/** A lead now and then, as on a usual day. */
const oneByOne = { count: 200, clients: 1, until: 'answer', pause: 50 } as const

async function measureLoad(data: string, scale: number): Promise<void> {
  const empty = await measureIdle(data, scale)
  const cloud = await CloudProcess.start(data)
  const measured = openMeasured(cloud)
  const limit = await startLimit(`${data}-limit.db`)
  let sent = 0
  const post = async (plan: Plan): Promise<Taken> => {
    sent += plan.count
    return await measured.run({ ...plan, count: Math.ceil(plan.count) })
  }
  try {
    await post(firstLeads)
    await drive(limit, { ...firstLeads, count: 4000 })
    tellStart(await post({ ...oneByOne, count: oneByOne.count * scale }))
    await post({ ...warmUp, count: warmUp.count * scale })
    tellLatency(await post({ ...oneByOne, count: oneByOne.count * scale }))
    let most = 0
    for (const [clients, count, goal, ofLimit] of [
      [1, 500, 100, 3000],
      [8, 1500, 300, 10_000],
      [32, 2500, 350, 16_000],
    ] as const) {
      // Side by side, since the machine is not always the same.
      most = (await drive(limit, { count: ofLimit, clients, until: 'e-mail' })).rate
      const taken = await post({ count: count * scale, clients, until: 'e-mail' })
      tellRate(`leads/s, closed loop, ${clients} client${clients > 1 ? 's' : ''}`, taken, most, goal)
    }
    const open = await post({ count: 2500 * scale, clients: 32, until: 'answer' })
    tellRate('leads/s, as fast as answered, 32', open, most, 500)
    tell('  acknowledged', perSecond(open.load.acknowledged), 'the answers of the same leads')
    tellTaken(open)
    if (sent < 10_000 * scale) await post({ count: 10_000 * scale - sent, clients: 32, until: 'answer' })
    tell('memory, later', megabytes(memoryOf(cloud.id)), `after ${sent} leads; process tree, PSS`, '≤ 300 MB')
    // V8 tidies up after a load, for some seconds.
    const rest = scale < 1 ? 5 : 30
    await new Promise((after) => setTimeout(after, rest * 1000))
    await tellIdle(measured, scale, `of one, with ${sent} leads, ${rest} s after the last`)
    tell('memory, peak', megabytes(peakMemoryOf(cloud.id)), 'VmHWM of each process, with all that it shares')
  } finally {
    await measured.close()
    await cloud.stop()
    await limit.stop()
  }
  const kilobytes = (diskOf(data) - empty) / sent
  tell(
    'disk for a lead',
    `${kilobytes.toFixed(1)} KB`,
    `data folder, stopped, after ${sent} leads`,
    '≤ 15 KB',
  )
}

/** What an empty cloud takes; then the first leads, and KB of its folder once it has stopped: all is in its file then. */
async function measureIdle(data: string, scale: number): Promise<number> {
  const cloud = await CloudProcess.start(data)
  const measured = openMeasured(cloud)
  try {
    await new Promise((after) => setTimeout(after, 3000))
    tell('memory, idle', megabytes(memoryOf(cloud.id)), '3 s after the start; process tree, PSS', '≤ 80 MB')
    await tellIdle(measured, scale, 'of one')
    await measured.run(firstLeads)
  } finally {
    await measured.close()
    await cloud.stop()
  }
  return diskOf(data)
}

async function tellIdle(measured: Measured, scale: number, of: string): Promise<void> {
  const milliseconds = scale < 1 ? 5000 : 20_000
  const { processor, syncs } = await measured.idle(milliseconds)
  const share = processor && (totalOf(processor) / milliseconds) * 100
  const note = `${of}, over ${milliseconds / 1000} s without a request`
  tell('processor, idle', share === undefined ? 'unknown' : `${share.toFixed(2)} %`, note, '< 0.2 %')
  tell('syncs, idle', String(syncs.commits + syncs.checkpoints), 'in the same time', '0')
}

function tellStart(taken: Taken): void {
  const { latencies, count } = taken.load
  const note = `${count} leads after the first 100; ${processorOf(taken)} a lead; ${othersOf(taken)}`
  tell('lead → e-mail, just started', latencyOf(latencies), note)
}

function tellLatency(taken: Taken): void {
  const { latencies, count } = taken.load
  const of = (share: number): string => `${quantile(latencies, share).toFixed(1)} ms`
  const until = `a lead each 50 ms, after ${warmUp.count} others; until a program that waits has read it`
  tell('lead → e-mail, 1 client, p50', of(0.5), until, '≤ 10 ms')
  const note = `of ${count}; ${processorOf(taken)} a lead; ${othersOf(taken)}`
  tell('lead → e-mail, 1 client, p99', of(0.99), note, '≤ 25 ms')
  tellSyncs('syncs for a lead, 1 client', taken, '≤ 3')
}

/** @param most leads a second of the limit server, with as many clients */
function tellRate(name: string, taken: Taken, most: number, goal: number): void {
  const { rate, latencies } = taken.load
  const note = [
    `limit ${perSecond(most)}, of which ${((rate / most) * 100).toFixed(1)} %`,
    latencyOf(latencies),
    `${processorOf(taken)}, ${syncsPerLead(taken).toFixed(2)} syncs a lead`,
    othersOf(taken),
  ]
  tell(name, perSecond(rate), note.join('; '), `≥ ${goal}/s`)
}

function tellTaken(taken: Taken): void {
  const clients = `clients ${(taken.clients / taken.load.count).toFixed(2)} ms beside`
  tell('processor for a lead', processorOf(taken), `32 clients; ${clients}`, '≤ 3 ms')
  tell('  by component', '', componentsOf(taken))
  tellSyncs('syncs for a lead, 32 clients', taken, '< 1')
}

function tellSyncs(name: string, taken: Taken, goal: string): void {
  const { commits, checkpoints } = taken.syncs
  const note = `counted by the cloud: ${commits} of commits, ${checkpoints} of checkpoints`
  tell(name, syncsPerLead(taken).toFixed(2), note, goal)
}
