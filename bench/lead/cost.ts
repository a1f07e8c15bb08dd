import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CloudProcess } from '../cloud-process.ts'
import { assumption, dollars, price, standingDollars, standingOf, type Usage } from '../price.ts'
import { openClient } from './client.ts'
import { leadOf } from './message.ts'
import { tell } from './print.ts'

/*
 * What a lead would cost on AWS: counted on the virtual clock, not timed.
 */

const root = resolve(import.meta.dirname, '../..')

/** Until its owner is told; answered before the reminder; and never answered, so that each level is reached. */
export async function countCost(data: string, count: number): Promise<void> {
  // A Monday morning: each level of the escalation is reached within two days.
  const cloud = await CloudProcess.start(data, '--clock', '2027-03-01T08:00:00.000Z')
  const door = openClient(cloud.url, 1)
  const ask = (
    path: string,
    body?: object,
    token = path.startsWith('/_local') ? cloud.ownerKey : undefined,
  ) => door.call(path, body, token)
  const during = async (work: () => Promise<void>): Promise<Metered> => {
    await ask('/_local/cost/reset', {})
    await work()
    await ask('/_local/settle', {})
    return (await ask('/_local/cost')) as Metered
  }
  const postAll = async (run: string): Promise<string[]> => {
    const ids: string[] = []
    for (let number = 0; number < count; number++)
      ids.push(((await ask('/f/demo', leadOf(run, number))) as { leadId: string }).leadId)
    await ask('/_local/settle', {})
    return ids
  }
  const twoDays = { advance: '2 days' }
  try {
    const idle = await during(async () => void (await ask('/_local/clock', twoDays)))
    const told = await during(async () => void (await postAll('told')))
    const later = await during(async () => void (await ask('/_local/clock', twoDays)))
    const unanswered = plus(told, minus(later, idle))
    const answered = await during(async () => {
      const ids = await postAll('answered')
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
    door.close()
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
