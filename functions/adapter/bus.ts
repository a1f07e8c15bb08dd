import { setTimeout as pause } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { DomainEvent } from '#core/record/event.ts'
import { backoff, openClient, inChunks } from './client.ts'
import { log, type Environment } from './surroundings.ts'

export interface Bus {
  /** Publishes events. Returns the places of those that the bus did not take, after a few attempts. */
  publish(events: readonly DomainEvent[]): Promise<number[]>
}

/** PutEvents takes ten entries. */
const batch = 10
const attempts = 4

/** The bus that `BUS_NAME` names. */
export function openBus(env: Environment): Bus {
  const client = openClient(EventBridgeClient)
  const bus = env('BUS_NAME')
  const toEntry = (event: DomainEvent): PutEventsRequestEntry => ({
    EventBusName: bus,
    Source: 'holdfast',
    DetailType: event.type,
    Detail: JSON.stringify(event.detail),
  })

  async function put(events: readonly DomainEvent[], places: readonly number[]): Promise<number[]> {
    let open = places
    for (let attempt = 0; open.length && attempt < attempts; attempt++) {
      if (attempt) await pause(backoff(attempt))
      const Entries = open.map((place) => toEntry(events[place]!))
      const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }))
      // An entry may be refused alone, most often because the bus is throttled.
      open = open.filter((_, i) => results[i]?.ErrorCode !== undefined)
    }
    return [...open]
  }

  return {
    async publish(events) {
      const chunks = inChunks([...events.keys()], batch)
      const failed = await Promise.all(
        chunks.map(async (places) =>
          put(events, places).catch((error: unknown) => {
            log('warn', 'bus did not answer', { failed: places.length }, error)
            return places
          }),
        ),
      )
      return failed.flat()
    },
  }
}
