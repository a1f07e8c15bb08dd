import { setTimeout as pause } from 'node:timers/promises'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { backoff, openClient, inChunks } from './client.ts'
import { log, type Environment } from './surroundings.ts'

export interface Queue {
  /** Sends bodies as JSON. Returns the places of those that the queue did not take, after a few attempts. */
  send(bodies: readonly unknown[]): Promise<number[]>
}

/** SendMessageBatch takes ten entries. */
const batch = 10
const attempts = 4

/** A value as JSON that SQS takes: it refuses two characters of Unicode that JSON would leave as they are. */
export const messageText = (value: unknown): string =>
  JSON.stringify(value).replace(/[\ufffe\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)

/** The queue whose address is in the variable `name`. */
export const openQueue =
  (name: string) =>
  (env: Environment): Queue => {
    const client = openClient(SQSClient)
    const url = env(name)

    async function put(bodies: readonly unknown[], places: readonly number[]): Promise<number[]> {
      let open = places
      for (let attempt = 0; open.length && attempt < attempts; attempt++) {
        if (attempt) await pause(backoff(attempt))
        const Entries = open.map((place) => ({
          Id: String(place),
          MessageBody: messageText(bodies[place]),
        }))
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
        open = Failed.map(({ Id }) => Number(Id))
      }
      return [...open]
    }

    return {
      async send(bodies) {
        const chunks = inChunks([...bodies.keys()], batch)
        const failed = await Promise.all(
          chunks.map(async (places) =>
            put(bodies, places).catch((error: unknown) => {
              log('warn', 'queue did not answer', { failed: places.length }, error)
              return places
            }),
          ),
        )
        return failed.flat()
      },
    }
  }
