import { Draw } from '../../test/random.ts'
import type { Client } from '../lead/client.ts'
import { customerInput, type Filled } from './fill.ts'

/* What people do with records all day, as requests; each takes another record than the one before. */

export interface Operation {
  name: string
  isWrite: boolean
  /** what is promised of it beside the rates, for the one who reads the figures */
  goal?: string
  act(): Promise<unknown>
  /** so often in a usual day, of all that is read or of all that is written */
  weight: number
}

export interface World {
  customers: readonly Filled[]
  /** has a file of 10,000 entries */
  long: string
  /** have a ticket */
  short: readonly string[]
  /** theirs, open */
  tickets: string[]
  /** of customers that were changed; of any other it is 1 */
  versions: Map<string, number>
  /** so many customers were made, those of the folder included */
  made: number
  /** so many changes were sent */
  changed: number
}

/** Sees and changes everything. */
export const manager = 'viktor'
/** Watches the queue of tickets that nobody has, and has his own. */
export const agent = 'greta'

/** @param token of a person, for requests that are not the manager's */
export function operationsOn(door: Client, world: World, tokenOfAgent: string): Operation[] {
  const { customers, long, short, versions } = world
  const random = new Draw(11)
  const any = (): Filled => random.pick(customers)
  const find = (text: string) => door.call(`/find?text=${encodeURIComponent(text)}`)

  const writes: Omit<Operation, 'isWrite'>[] = [
    {
      name: 'POST /customers',
      weight: 1,
      act: () => door.call('/customers', customerInput(world.made++, random).fields),
    },
    {
      name: 'PATCH /customers/{id}',
      weight: 1,
      async act() {
        // One after the other: nobody else changes this one now.
        const number = world.changed++
        const { id } = customers[number % customers.length]!
        const seen = versions.get(id) ?? 1
        const changed = await door.change(`/customers/${id}`, seen, { address: `${number} Mill Lane` })
        const { version } = changed as { version: number }
        if (version === seen) throw new Error(`the change of ${id} changed nothing`)
        versions.set(id, version)
      },
    },
    {
      name: 'POST /tickets',
      weight: 1,
      goal: '≤ 4 write units',
      act: () => door.call('/tickets', ticketOf(any().id, random)),
    },
  ]
  const reads: Omit<Operation, 'isWrite'>[] = [
    { name: 'GET /customers/{id}', weight: 3, act: () => door.call(`/customers/${any().id}`) },
    {
      name: 'GET …/file, 10,000 entries',
      weight: 1,
      goal: 'p50 ≤ 15 ms',
      async act() {
        const { timeline } = (await door.call(`/customers/${long}/file`)) as { timeline: unknown[] }
        if (timeline.length !== 50) throw new Error(`the long file shows ${timeline.length} entries`)
      },
    },
    {
      name: 'GET …/file, a ticket',
      weight: 2,
      goal: 'p50 ≤ 15 ms',
      act: () => door.call(`/customers/${random.pick(short)}/file`),
    },
    {
      name: 'GET /find, whole name',
      weight: 1,
      goal: 'p50 ≤ 50 ms',
      act: () => find(any().name),
    },
    {
      name: 'GET /find, end of a phone',
      weight: 1,
      goal: 'p50 ≤ 50 ms',
      act: () => find(any().phone.slice(-5)),
    },
    {
      name: 'GET /find, a letter missing',
      weight: 1,
      goal: 'p50 ≤ 50 ms',
      act: () => find(mistyped(any().surname, random)),
    },
    { name: 'GET /customers?limit=50', weight: 1, act: () => door.call('/customers?limit=50') },
    { name: 'GET /work', weight: 2, act: () => door.call('/work', undefined, tokenOfAgent) },
  ]
  return [
    ...writes.map((each) => ({ ...each, isWrite: true })),
    ...reads.map((each) => ({ ...each, isWrite: false })),
  ]
}

/** A ticket gets another priority; it is read first, as its workflow changes it too. */
export function ticketChange(door: Client, { tickets }: World): Operation {
  let changed = 0
  return {
    name: 'PATCH /tickets/{id}, read before',
    isWrite: true,
    goal: '1 to 5 write units',
    weight: 0,
    async act() {
      const path = `/tickets/${tickets[changed++ % tickets.length]!}`
      const { version, priority } = (await door.call(path)) as { version: number; priority?: string }
      await door.change(path, version, { priority: priority === 'high' ? 'low' : 'high' })
    },
  }
}

/** Of a draw each as often as its weight says. */
export const mixOf = (operations: readonly Operation[], random: Draw): (() => Promise<unknown>) => {
  const choices = operations.map(({ weight, act }) => [weight, () => act] as const)
  return () => random.weighted(...choices)()
}

const subjects = ['No power since morning', 'The scale is wrong', 'Late again', 'Which bill is it?']

export const ticketOf = (customerId: string, random: Draw): object => ({
  customerId,
  subject: random.pick(subjects),
  text: 'It began on Monday after the delivery. We have tried what the manual says, and nothing of it has helped.',
  channel: random.pick(['phone', 'email', 'chat']),
  type: random.pick(['question', 'fault', 'billing']),
})

/** Without one of its letters, but for the first two. */
function mistyped(surname: string, random: Draw): string {
  const letters = Array.from(surname)
  letters.splice(2 + random.below(Math.max(1, letters.length - 2)), 1)
  return letters.join('')
}
