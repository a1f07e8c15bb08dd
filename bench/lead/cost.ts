import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assemblyOf } from '#infra/synth.ts'
import { northwindFolder } from '../../test/fixture/northwind.ts'
import { CloudProcess } from '../cloud-process.ts'
import { assumption, dollars, price, standingDollars, standingOf, type Usage } from '../price.ts'
import { openClient } from './client.ts'
import { leadOf } from './message.ts'
import { tell } from './print.ts'

/*
 * What a lead would cost on AWS: counted on the virtual clock, not timed.
 */

/** Until its owner is told; answered before the reminder; and never answered, so that each level is reached. */
export async function countCost(data: string, count: number): Promise<void> {
  const idle = await inCloud(join(data, 'idle'), ({ during, twoDays }) => during(twoDays))
  const answered = await inCloud(join(data, 'answered'), ({ during, twoDays, ...cloud }) =>
    during(async () => {
      for (const id of await cloud.postAll(count)) await cloud.answer(id)
      await twoDays()
    }),
  )
  const [told, later] = await inCloud(join(data, 'told'), async ({ during, twoDays, postAll }) => [
    await during(() => postAll(count)),
    await during(twoDays),
  ])
  process.stdout.write(
    `\ncounted on ${count} leads, less what two idle days take; prices of ${price.asOf}, ${price.region}; assumed: ` +
      `${assumption.invocationMilliseconds} ms billed and ${assumption.logBytes} bytes of log an invocation\n`,
  )
  tellCost('until the owner is told', told, count)
  tellCost('answered in time', minus(answered, idle), count)
  tellCost('never answered, all levels', plus(told, minus(later, idle)), count)
  tellIdle((30 / 2) * dollars(priced(idle)).withoutMail)
}

interface Counted {
  /** What is billed for what `work` does and sets off. */
  during(work: () => Promise<unknown>): Promise<Metered>
  /** Resolves with the ids of the leads when all their e-mails are sent. */
  postAll(count: number): Promise<string[]>
  /** Records a call by whoever the lead was given to. */
  answer(leadId: string): Promise<void>
  twoDays(): Promise<unknown>
}

/**
 * Each life has a cloud of its own, so that none counts what the leads of another one set off, and all begin on the same
 * Monday morning: each level of the escalation is reached within two days, and on a weekend the watchdog reads less.
 */
async function inCloud<T>(data: string, work: (counted: Counted) => Promise<T>): Promise<T> {
  const cloud = await CloudProcess.start(data, '--clock', '2027-03-01T08:00:00.000Z')
  const door = openClient(cloud.url, 1, cloud.ownerKey)
  const settle = () => door.call('/_local/settle', {})
  const tokenOf = async (user: string): Promise<string> =>
    ((await door.call('/_local/token', { user })) as { token: string }).token
  try {
    return await work({
      async during(counted) {
        await door.call('/_local/cost/reset', {})
        await counted()
        await settle()
        // The projector waits for a second, to write for many at once.
        await door.call('/_local/clock', { advance: '2 seconds' })
        return meteredOf((await door.call('/_local/cost')) as Answered)
      },
      async postAll(count) {
        const ids: string[] = []
        for (let number = 0; number < count; number++) {
          const { leadId } = (await door.call('/f/demo', leadOf('cost', number), '')) as { leadId: string }
          ids.push(leadId)
        }
        await settle()
        return ids
      },
      async answer(leadId) {
        const lead = (await door.call(`/leads/${leadId}`, undefined, await tokenOf('viktor'))) as {
          ownerId?: string
        }
        const token = await tokenOf(lead.ownerId ?? 'anna')
        await door.call(`/leads/${leadId}/activities`, { what: 'call' }, token)
      },
      twoDays: () => door.call('/_local/clock', { advance: '2 days' }),
    })
  } finally {
    door.close()
    await cloud.stop()
  }
}

/** @param watchdog dollars a month for what ran in idle days */
function tellIdle(watchdog: number): void {
  const standing = standingOf(resources().map(([, resource]) => resource))
  const { polling, alarms, secrets } = standingDollars(standing)
  const cents = (value: number): string => `$${value.toFixed(2)}`
  tell(
    'idle a month',
    cents(watchdog + polling + alarms + secrets),
    `${cents(watchdog)} for the watchdog, ${cents(polling)} for Lambda asking ${standing.polled} queues, ` +
      `${cents(alarms)} for alarms on ${standing.alarmMetrics} metrics, ${cents(secrets)} for a secret; and $0.20 a GB for the table's backups`,
  )
}

type Metered = Omit<Usage, 'invocations'> & {
  invocations: Record<string, number>
  /** of `writeUnits`: those of the table of postings */
  findWriteUnits: number
  /** of the others: what follows from changes */
  projectedUnits: number
}

interface TableUnits {
  writeUnits: number
  batchWriteUnits: number
}

type Answered = Omit<Metered, 'findWriteUnits' | 'projectedUnits'> & {
  tables: Record<string, TableUnits>
}

function meteredOf({ tables, ...usage }: Answered): Metered {
  const sumOf = (isFind: boolean, units: keyof TableUnits): number =>
    Object.entries(tables)
      .filter(([name]) => /-Find/.test(name) === isFind)
      .reduce((sum, [, table]) => sum + table[units], 0)
  return {
    ...usage,
    findWriteUnits: sumOf(true, 'writeUnits'),
    projectedUnits: sumOf(false, 'batchWriteUnits'),
  }
}

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
  'findWriteUnits',
  'projectedUnits',
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
    `per 1,000 leads, and $${((mail / count) * 1000).toFixed(2)} for ${each(usage.mails)} e-mails each; a lead: ${each(usage.writeUnits - usage.projectedUnits - usage.findWriteUnits)} write units, ${each(usage.projectedUnits)} of the projector and ${each(usage.findWriteUnits)} to be found, ` +
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
  const assembly = assemblyOf(northwindFolder)
  return readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => {
      const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
        Resources: Record<string, Resource>
      }
      return Object.entries(template.Resources)
    })
}
