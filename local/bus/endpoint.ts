/* EventBridge over AWS JSON 1.1, as its SDK client speaks it. */
import { compilePattern, InvalidPattern } from './pattern/pattern.ts'
import type { Bus } from './bus.ts'
import { BusError } from './bus.ts'
import type { PutEventsEntry } from './event.ts'

/** @param target what follows the dot in X-Amz-Target, such as `PutEvents` */
export async function handleEvents(
  bus: Bus,
  target: string,
  body: object,
): Promise<{ status: number; body: object }> {
  try {
    return { status: 200, body: await answer(bus, target, body as Record<string, unknown>) }
  } catch (error) {
    if (!(error instanceof BusError || error instanceof InvalidPattern)) throw error
    return { status: 400, body: { __type: error.name, message: error.message } }
  }
}

async function answer(bus: Bus, target: string, body: Record<string, unknown>): Promise<object> {
  switch (target) {
    case 'PutEvents': {
      const { Entries } = body
      if (!Array.isArray(Entries) || !Entries.every(isEntry))
        throw new BusError('ValidationException', 'Entries must be a list of objects whose fields are texts')
      return await bus.putEvents(Entries as PutEventsEntry[])
    }
    case 'ListRules': {
      const { EventBusName = 'default', NamePrefix = '' } = body as {
        EventBusName?: string
        NamePrefix?: string
      }
      const rules = bus.listRules(EventBusName)
      if (!rules) throw new BusError('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`)
      return {
        Rules: rules
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map((rule) => ({
            Arn: rule.arn,
            Name: rule.name,
            EventBusName: rule.bus ?? 'default',
            EventPattern: typeof rule.pattern === 'object' ? JSON.stringify(rule.pattern) : rule.pattern,
            ScheduleExpression: rule.schedule,
            State: rule.state ?? 'ENABLED',
          })),
      }
    }
    case 'TestEventPattern': {
      const { EventPattern, Event } = body as { EventPattern?: string; Event?: string }
      if (typeof EventPattern !== 'string' || typeof Event !== 'string')
        throw new BusError('ValidationException', 'EventPattern and Event must be strings')
      const pattern = compilePattern(EventPattern)
      requireEnvelope(Event)
      return { Result: pattern.matches(Event) }
    }
    default:
      throw new BusError('UnknownOperationException', `${target} is not supported`)
  }
}

/** Whether the fields that are counted and stored are of their types; which of them have to be there is said for each entry. */
function isEntry(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { Source, DetailType, Detail, EventBusName, Resources = [] } = entry as Record<string, unknown>
  const texts = [Source, DetailType, Detail, EventBusName].filter((value) => value !== undefined)
  return Array.isArray(Resources) && [...texts, ...Resources].every((value) => typeof value === 'string')
}

/** The API refuses events without the fields that every event of a bus has. */
function requireEnvelope(text: string): void {
  let event: unknown
  try {
    event = JSON.parse(text)
  } catch {
    throw new BusError('InvalidEventPatternException', 'Event is not valid JSON.')
  }
  for (const field of ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'])
    if (typeof event !== 'object' || event === null || !Object.hasOwn(event, field))
      throw new BusError('ValidationException', `Parameter Event is not valid. Reason: ${field} is missing.`)
}
