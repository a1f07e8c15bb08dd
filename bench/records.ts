import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as Asking } from '../test/cloud.ts'
import { fillFile } from '../test/fixture/long-file.ts'
import { Draw } from '../test/random.ts'
import { CloudProcess } from './cloud-process.ts'
import { openClient, type Client } from './lead/client.ts'
import type { Load } from './lead/drive.ts'
import { componentsOf, openMeasured, othersOf, processorOf, type Taken } from './lead/measure.ts'
import { latencyOf, perSecond, seconds, tell } from './lead/print.ts'
import { fillCustomers } from './records/fill.ts'
import {
  agent,
  manager,
  mixOf,
  operationsOn,
  ticketChange,
  ticketOf,
  type Operation,
  type World,
} from './records/operation.ts'
import { unitsOf } from './records/units.ts'

/*
 * `npm run bench -- records`: what people do with records, through the HTTP door of one machine that holds 100,000 customers,
 * one of them with a file of 10,000 entries, and some hundred tickets: each operation alone at 1 and 16 clients, then all
 * together; and, counted and not timed, what each takes of the tables.
 * `--quick`: 2,000 customers and a fifth of the time. `--cost`: only what is counted.
 * All on this machine alone, so the clients take their share of the processor too.
 */

const clients = 16
const entries = 10_000
const tickets = 300
/** so many reads to so many writes, as is promised of a second */
const promised = { reads: 400, writes: 150 }

interface Scale {
  customers: number
  /** milliseconds for each operation, and for all together */
  each: number
  mixed: number
}

export async function run(given: ReadonlySet<string>): Promise<void> {
  const scale: Scale = given.has('--quick')
    ? { customers: 2_000, each: 1_000, mixed: 2_000 }
    : { customers: 100_000, each: 5_000, mixed: 10_000 }
  const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  try {
    tellLoad('before')
    const world = await fill(data, scale)
    if (!given.has('--cost')) {
      await inCloud({ data, world }, (cloud, operations) => time(cloud, operations, scale))
      tellLoad('after what is timed')
    }
    const options = ['--clock', new Date(Date.now() + 60_000).toISOString()]
    await inCloud({ data, options, world }, ({ owner, door }, operations) =>
      count(owner, [...operations, ticketChange(door, world)]),
    )
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

const tellLoad = (when: string): void =>
  tell(
    'load',
    loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    when,
  )

/** The first start makes the tables, the second one has what only a cloud that runs can make: a file and tickets. */
async function fill(data: string, scale: Scale): Promise<World> {
  const began = performance.now()
  await (await CloudProcess.start(data)).stop()
  const customers = await fillCustomers(data, scale.customers)
  tell('customers', String(customers.length), `written in ${seconds(performance.now() - began)}`)
  const [long, ...others] = customers.map(({ id }) => id) as [string, ...string[]]
  const world: World = {
    customers,
    long,
    short: others.slice(0, tickets),
    tickets: [],
    versions: new Map(),
    made: customers.length,
    changed: 0,
  }
  const random = new Draw(5)
  await inCloud({ data, world }, async ({ door, owner }) => {
    await fillFile(data, { tenant: 'main', id: long, entries })
    for (const customer of [long, ...world.short]) {
      const { id } = (await door.call('/tickets', ticketOf(customer, random))) as { id: string }
      world.tickets.push(id)
    }
    await settled(owner)
  })
  tell(
    'entries, tickets',
    `${entries}, ${tickets + 1}`,
    `all ready after ${seconds(performance.now() - began)}`,
  )
  return world
}

interface Open {
  cloud: CloudProcess
  /** asks as the manager, over as many connections as there are clients */
  door: Client
  /** opens the control door */
  owner: Client
}

async function inCloud(
  { data, options = [], world }: { data: string; options?: string[]; world: World },
  work: (open: Open, operations: Operation[]) => Promise<void>,
): Promise<void> {
  // One route takes more than the usual 2,000 a second.
  const cloud = await CloudProcess.start(data, '--rate', '100000', ...options)
  const asking = new Asking(cloud.url, data)
  const door = openClient(cloud.url, clients, await asking.token(manager))
  const owner = openClient(cloud.url, 1, cloud.ownerKey)
  try {
    await work({ cloud, door, owner }, operationsOn(door, world, await asking.token(agent)))
  } finally {
    door.close()
    owner.close()
    await cloud.stop()
  }
}

/** The projector waits for a second, to write for many at once, and what it writes may set off more. */
async function settled(owner: Client): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await new Promise((after) => setTimeout(after, 1_200))
    await owner.call('/_local/settle', {})
  }
}

async function time({ cloud, owner }: Open, operations: Operation[], scale: Scale): Promise<void> {
  const measured = openMeasured(cloud)
  const during = (loop: Loop, act: () => Promise<unknown>, isWrite: boolean): Promise<Taken> =>
    measured.during(async () => {
      const load = await closedLoop(loop, act)
      if (isWrite) await settled(owner)
      return load
    })
  try {
    // By then V8 has compiled what a request goes through.
    await closedLoop({ count: clients, milliseconds: scale.mixed }, mixOf(operations, new Draw(3)))
    await settled(owner)
    for (const { name, isWrite, goal, act } of operations)
      for (const count of [1, clients]) {
        const taken = await during({ count, milliseconds: scale.each }, act, isWrite)
        tellTaken(`${name}, ${count}`, taken, goal)
      }
    await timeMixed(operations, (act) => during({ count: clients, milliseconds: scale.mixed }, act, true))
  } finally {
    await measured.close()
  }
}

/** Reads alone, writes alone, and both as often as is promised of each. */
async function timeMixed(
  operations: readonly Operation[],
  during: (act: () => Promise<unknown>) => Promise<Taken>,
): Promise<void> {
  const random = new Draw(9)
  const of = (isWrite: boolean) =>
    mixOf(
      operations.filter((each) => each.isWrite === isWrite),
      random,
    )
  const [read, write] = [of(false), of(true)]
  tellTaken('reads alone', await during(read), `≥ ${promised.reads}/s`)
  tellTaken('writes alone', await during(write), `≥ ${promised.writes}/s`)
  const latencies: Record<'reads' | 'writes', number[]> = { reads: [], writes: [] }
  const both = await during(async () => {
    const kind = random.below(promised.reads + promised.writes) < promised.reads ? 'reads' : 'writes'
    const at = performance.now()
    await (kind === 'reads' ? read : write)()
    latencies[kind].push(performance.now() - at)
  })
  tellTaken('both', both, `≥ ${promised.reads + promised.writes}/s`)
  for (const kind of ['reads', 'writes'] as const) {
    const rate = (both.load.rate * latencies[kind].length) / both.load.count
    tell(`  of them ${kind}`, perSecond(rate), latencyOf(latencies[kind]), `≥ ${promised[kind]}/s`)
  }
  tell('  by component', '', componentsOf(both))
}

interface Loop {
  /** of clients */
  count: number
  milliseconds: number
}

/** Each client asks again as soon as it is answered, until the time is over. */
async function closedLoop({ count, milliseconds }: Loop, act: () => Promise<unknown>): Promise<Load> {
  const latencies: number[] = []
  const begin = performance.now()
  const client = async (): Promise<void> => {
    while (performance.now() - begin < milliseconds) {
      const at = performance.now()
      await act()
      latencies.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: count }, client))
  const rate = (latencies.length / (performance.now() - begin)) * 1000
  return { count: latencies.length, acknowledged: rate, rate, latencies }
}

function tellTaken(name: string, taken: Taken, goal = ''): void {
  const { load } = taken
  const note = `${latencyOf(load.latencies)}; ${processorOf(taken)} a request; ${othersOf(taken)}; of ${load.count}`
  tell(name, perSecond(load.rate), note, goal)
}

async function count(owner: Client, operations: readonly Operation[]): Promise<void> {
  // What the cloud before this one left undone is no part of the first.
  await owner.call('/_local/clock', { advance: '10 seconds' })
  process.stdout.write('\ncounted on the virtual clock, one request at a time\n')
  for (const { name, isWrite, goal, act } of operations) {
    const { read, write, after, found } = await unitsOf(act, owner, 10)
    const units = (value: number): string => value.toFixed(1)
    const then = isWrite ? `; afterwards ${units(after)}, and ${units(found)} to be found` : ''
    tell(name, `${units(write)} write units`, `${units(read)} read units${then}`, isWrite ? goal : '')
  }
}
