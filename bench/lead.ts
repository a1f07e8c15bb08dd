import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CloudProcess } from './cloud-process.ts'
import { assumption, dollars, price, standingDollars, standingOf, type Usage } from './price.ts'

/*
 * The path of a lead on one machine, through the HTTP door: how soon it is ready, how fast a lead becomes an e-mail,
 * how many a second, and what it takes of memory; then, counted and not timed, what a lead would cost on AWS.
 * `--quick`: a tenth of the leads. `--long`: also the throughput at the 20,000th lead. `--cost`: only what is counted.
 * All on this machine alone, so the clients take their share of the processor too.
 */

const root = resolve(import.meta.dirname, '..')

export async function run(options: ReadonlySet<string>): Promise<void> {
  const scale = options.has('--quick') ? 0.1 : 1
  const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  try {
    if (!options.has('--cost')) {
      await measureReady(data)
      await measureLoad(data, scale, options.has('--long'))
    }
    await countCost(data, Math.ceil(100 * scale))
  } catch (error) {
    process.stderr.write(lastFailures(data))
    throw error
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** What the functions wrote about their failures, before the folder goes. */
function lastFailures(data: string): string {
  return ['load', 'cost']
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
  for (const name of ['build.hash', 'synth.hash', 'compile-cache', 'function', 'cdk.out'])
    rmSync(join(root, '.build', name), { recursive: true, force: true })
  const first = await CloudProcess.start(join(data, 'ready'))
  await first.stop()
  const later: number[] = []
  for (let round = 0; round < 5; round++) {
    const cloud = await CloudProcess.start(join(data, 'ready'))
    later.push(cloud.readyMilliseconds)
    await cloud.stop()
  }
  tell('ready, first start', seconds(first.readyMilliseconds), 'nothing built yet; dependencies installed')
  tell('ready, later', seconds(quantile(later, 0.5)), `median of 5, slowest ${seconds(Math.max(...later))}`)
}

async function measureLoad(data: string, scale: number, long: boolean): Promise<void> {
  const cloud = await CloudProcess.start(join(data, 'load'))
  try {
    await new Promise((after) => setTimeout(after, 3000))
    tell('memory, idle', megabytes(cloud.memory()), '3 s after the start; process tree, PSS')

    let sent = 0
    let read = ''
    const post = async (count: number, clients: number, pause = 0): Promise<Load> => {
      const load = await drive(cloud, count, clients, pause, read)
      sent += count
      read = load.read
      return load
    }
    await post(100, 4) // the first call of each function pays for its start
    const calm = await post(Math.ceil(200 * scale), 1, 50)
    tell('lead → e-mail, 1 client', calm.latency, 'a lead each 50 ms')
    for (const [clients, count] of [
      [1, 500],
      [8, 1500],
      [32, 2500],
    ] as const) {
      const load = await post(Math.ceil(count * scale), clients)
      tell(
        `leads/s, ${clients} client${clients > 1 ? 's' : ''}`,
        load.rate,
        `${load.latency}; ${load.delivered}`,
      )
    }
    while (sent < 10_000 * scale) await post(Math.min(1000, 10_000 * scale - sent), 32)
    tell('memory, later', megabytes(cloud.memory()), `after ${sent} leads`)
    if (!long) return
    while (sent < 19_000) await post(1000, 32)
    const late = await post(2500, 32)
    tell('leads/s at the 20,000th', late.rate, `32 clients; ${late.latency}; ${late.delivered}`)
    tell('memory, then', megabytes(cloud.memory()), `after ${sent} leads`)
  } finally {
    await cloud.stop()
  }
}

interface Load {
  rate: string
  latency: string
  delivered: string
  /** id of the last e-mail */
  read: string
}

/** Posts leads as fast as the clients get answers, then waits until all e-mails are there. */
async function drive(
  { url, ownerKey }: CloudProcess,
  count: number,
  clients: number,
  pause: number,
  read: string,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const posted = new Map<string, number>()
  let next = 0
  const begin = Date.now()
  const client = async (): Promise<void> => {
    while (next < count) {
      const number = next++
      const at = Date.now()
      const { leadId } = (await call(agent, `${url}/f/demo`, lead(begin, number))) as { leadId: string }
      posted.set(leadId, at)
      if (pause) await new Promise((after) => setTimeout(after, pause))
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const acknowledged = Date.now() - begin

  const arrived = new Map<string, number>()
  for (const limit = Date.now() + 120_000; arrived.size < count;) {
    if (Date.now() > limit)
      throw new Error(`${count - arrived.size} of ${count} leads got no e-mail within two minutes`)
    await call(agent, `${url}/_local/settle`, {}, ownerKey)
    for (const mail of await mailsAfter(agent, url, ownerKey, read)) {
      read = mail.id
      const id = /lead_[0-9A-Z]{26}/.exec(mail.text)?.[0]
      if (id && posted.has(id) && !arrived.has(id)) arrived.set(id, Date.parse(mail.at))
    }
  }
  agent.destroy()
  const latencies = [...arrived].map(([id, at]) => at - (posted.get(id) ?? at))
  const last = Math.max(...arrived.values()) - begin
  return {
    rate: `${((count / acknowledged) * 1000).toFixed(0)}/s`,
    latency: `p50 ${quantile(latencies, 0.5).toFixed(0)} ms, p99 ${quantile(latencies, 0.99).toFixed(0)} ms`,
    delivered: `${((count / last) * 1000).toFixed(0)}/s with their e-mail`,
    read,
  }
}

/** E-mails after the one with this id: reading all of them each time would weigh more than what is measured. */
const mailsAfter = async (agent: Agent, url: string, ownerKey: string, id: string) =>
  (await call(agent, `${url}/_local/messages?after=${id}`, undefined, ownerKey)) as {
    id: string
    text: string
    at: string
  }[]

/** Every team gets its share of them. */
const countries = ['DE', 'UA', 'FR', 'PL']

/** A lead of its own: another address, so that none is merged into another. */
const lead = (run: number, number: number): object => ({
  name: `Bench ${number}`,
  email: `bench-${run.toString(36)}-${number}@customer.example`,
  company: `Company ${number}`,
  country: countries[number % countries.length],
  message: 'How soon can you deliver forty units? We would need them before the end of the quarter.',
})

/** A request by plain HTTP: `fetch` takes three times the processor, which the clients share with what they measure. */
function call(agent: Agent, url: string, body?: object, token?: string): Promise<unknown> {
  return new Promise((done, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method: body ? 'POST' : 'GET',
        headers: {
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if ((answer.statusCode ?? 500) >= 300)
            reject(new Error(`${url} answered ${answer.statusCode} ${text.slice(0, 300)}`))
          else done(text ? JSON.parse(text) : undefined)
        })
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}

/** Until its owner is told; answered before the reminder; and never answered, so that each level is reached. */
async function countCost(data: string, count: number): Promise<void> {
  // A Monday morning: each level of the escalation is reached within two days.
  const cloud = await CloudProcess.start(join(data, 'cost'), '--clock', '2027-03-01T08:00:00.000Z')
  const agent = new Agent({ keepAlive: true })
  const ask = (
    path: string,
    body?: object,
    token = path.startsWith('/_local') ? cloud.ownerKey : undefined,
  ) => call(agent, cloud.url + path, body, token)
  const during = async (work: () => Promise<void>): Promise<Metered> => {
    await ask('/_local/cost/reset', {})
    await work()
    await ask('/_local/settle', {})
    return (await ask('/_local/cost')) as Metered
  }
  const postAll = async (run: number): Promise<string[]> => {
    const ids: string[] = []
    for (let number = 0; number < count; number++)
      ids.push(((await ask('/f/demo', lead(run, number))) as { leadId: string }).leadId)
    await ask('/_local/settle', {})
    return ids
  }
  const twoDays = { advance: '2 days' }
  try {
    const idle = await during(async () => void (await ask('/_local/clock', twoDays)))
    const told = await during(async () => void (await postAll(0)))
    const later = await during(async () => void (await ask('/_local/clock', twoDays)))
    const unanswered = plus(told, minus(later, idle))
    const answered = await during(async () => {
      const ids = await postAll(2)
      for (const id of ids) {
        const { token: reader } = (await ask('/_local/token', { user: 'viktor' })) as { token: string }
        const { ownerId } = (await ask(`/leads/${id}`, undefined, reader)) as { ownerId?: string }
        const { token } = (await ask('/_local/token', { user: ownerId ?? 'anna' })) as { token: string }
        await ask(`/leads/${id}/activities`, { what: 'call' }, token)
      }
      await ask('/_local/clock', twoDays)
    })
    process.stdout.write(
      `\ncounted on ${count} leads, less what two idle days take; prices of ${price.asOf}, ${price.region}; assumed: ` +
        `${assumption.invocationMilliseconds} ms billed and ${assumption.logBytes} bytes of log an invocation\n`,
    )
    tellCost('until the owner is told', told, count)
    tellCost('answered in time', minus(answered, idle), count)
    tellCost('never answered, all levels', unanswered, count)
    tellIdle((30 / 2) * dollars(priced(idle)).withoutMail)
  } finally {
    agent.destroy()
    await cloud.stop()
  }
}

/** @param watchdog dollars a month for what ran in idle days */
function tellIdle(watchdog: number): void {
  const standing = standingOf(resources().map(([, resource]) => resource))
  const { polling, alarms } = standingDollars(standing)
  const cents = (value: number): string => `$${value.toFixed(2)}`
  tell(
    'idle a month',
    cents(watchdog + polling + alarms),
    `${cents(watchdog)} for the watchdog, ${cents(polling)} for Lambda asking ${standing.polled} queues, ` +
      `${cents(alarms)} for alarms on ${standing.alarmMetrics} metrics; and $0.20 a GB for the table's backups`,
  )
}

type Metered = Omit<Usage, 'invocations'> & { invocations: Record<string, number> }

const minus = (usage: Metered, idle: Metered): Metered => plus(usage, idle, -1)

function plus(usage: Metered, other: Metered, sign = 1): Metered {
  const sum = { ...usage, invocations: { ...usage.invocations } }
  for (const key of counters) sum[key] += sign * other[key]
  for (const [name, times] of Object.entries(other.invocations))
    sum.invocations[name] = (sum.invocations[name] ?? 0) + sign * times
  return sum
}

const counters = [
  'writeUnits',
  'readUnits',
  'transitions',
  'events',
  'queueRequests',
  'mails',
  'httpRequests',
] as const

function tellCost(life: string, usage: Metered, count: number): void {
  const { withoutMail, mail } = dollars(priced(usage))
  const each = (value: number): string => (value / count).toFixed(1)
  const invocations = Object.values(usage.invocations).reduce((sum, times) => sum + times, 0)
  tell(
    life,
    `$${((withoutMail / count) * 1000).toFixed(3)}`,
    `per 1,000 leads, and $${((mail / count) * 1000).toFixed(2)} for ${each(usage.mails)} e-mails each; a lead: ${each(usage.writeUnits)} write units, ` +
      `${each(usage.readUnits)} read units, ${each(invocations)} invocations, ${each(usage.transitions)} transitions, ${each(usage.events)} events, ${each(usage.httpRequests)} requests`,
  )
}

/** Invocations by memory, which the assembly knows. */
function priced(usage: Metered): Usage {
  const memories = memoryByFunction()
  const invocations: Record<number, number> = {}
  for (const [name, times] of Object.entries(usage.invocations)) {
    // the emulated name is the logical id without its hash, behind the name of the stack
    const memory = memories.find(([id]) => id.slice(0, -8) === name.slice(name.indexOf('-') + 1))?.[1] ?? 256
    invocations[memory] = (invocations[memory] ?? 0) + times
  }
  return { ...usage, invocations }
}

const memoryByFunction = (): [string, number][] =>
  resources()
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]): [string, number] => [id, Number(Properties?.MemorySize)])

interface Resource {
  Type: string
  Properties?: Record<string, unknown>
}

/** Everything that the assembly deploys, by logical id. */
function resources(): [string, Resource][] {
  const assembly = join(root, '.build/cdk.out')
  return readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => {
      const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
        Resources: Record<string, Resource>
      }
      return Object.entries(template.Resources)
    })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
const megabytes = (size: number | undefined): string =>
  size === undefined ? 'unknown' : `${size.toFixed(0)} MB`

function tell(name: string, value: string, note: string): void {
  process.stdout.write(`${name.padEnd(28)} ${value.padStart(24)}   ${note}\n`)
}
