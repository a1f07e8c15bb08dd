/* A bus on a virtual clock with a file of its own, for tests: what its targets and its dead-letter queues got. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterAll } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import type { VirtualClock } from '../clock/clock.ts'
import { virtualClock } from '../clock/clock.ts'
import type { RuleDefinition } from './bus.ts'
import { openBus } from './bus.ts'
import type { DeliveryContext, Target } from './delivery.ts'

const folder = mkdtempSync(join(tmpdir(), 'bus-'))
afterAll(() => rmSync(folder, { recursive: true }))

export const start = Date.UTC(2026, 0, 5, 12)
export const hour = 3_600_000

let files = 0
export const newFile = (): string => join(folder, `${files++}.sqlite`)

interface Delivered {
  target: Target
  payload: string
  context: DeliveryContext
  at: number
}

export function world(
  options: {
    file?: string | DatabaseSync
    clock?: VirtualClock
    deliver?: (target: Target, payload: string, context: DeliveryContext) => void
    deadLetter?: () => void
  } = {},
) {
  const { file = newFile(), clock = virtualClock(start) } = options
  const activity = activityMonitor()
  const delivered: Delivered[] = []
  const dead: { queue: string; event: string; attributes: Record<string, string> }[] = []
  const bus = openBus({
    file,
    clock,
    deliver(target, payload, context) {
      delivered.push({ target, payload, context, at: clock.now() - start })
      options.deliver?.(target, payload, context)
    },
    deadLetter(queue, event, attributes) {
      options.deadLetter?.()
      dead.push({ queue, event, attributes })
    },
    random: () => 1,
  })
  const rule = (definition: Partial<RuleDefinition>) => {
    bus.defineRule({
      arn: 'arn:aws:events:eu-central-1:000000000000:rule/r',
      name: 'r',
      targets: [{ Id: 't', Arn: 'arn:aws:lambda:eu-central-1:000000000000:function:f' }],
      ...definition,
    })
  }
  const advance = async (ms: number) => clock.advanceTo(clock.now() + ms, () => activity.settled())
  /** of the events that were delivered as they came */
  const details = () => delivered.map(({ payload }) => (JSON.parse(payload) as { detail: object }).detail)
  return { file: file as string, clock, activity, delivered, details, dead, bus, rule, advance }
}

export const lead = (detail: string) => ({ Source: 'crm', DetailType: 'lead.created', Detail: detail })
