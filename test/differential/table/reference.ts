/*
 * dynoxide, which was itself checked against AWS: a process of its own, asked over HTTP as it goes over the wire.
 */

import { Agent, request } from 'node:http'
import { startDynoxide } from '../../dynoxide.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** One side of the comparison. */
export interface Side {
  handle(operation: string, input: unknown): Promise<Answer>
  /** The stream records of a table since the last call, oldest first. */
  records(table: string): Promise<StreamRecord[]>
  close(): Promise<void>
}

/** Of a stream record, what both must agree on. */
export interface StreamRecord {
  eventName: string
  Keys: unknown
  NewImage?: unknown
  OldImage?: unknown
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
}

/** Starts it in memory. @throws with its last words when it does not start */
export async function startReference(program: string): Promise<Side> {
  const server = await startDynoxide(program)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })

  function post(target: string, input: unknown): Promise<Answer> {
    const text = JSON.stringify(input)
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: server.port,
          method: 'POST',
          agent,
          headers: { ...headers, 'x-amz-target': target, 'content-length': Buffer.byteLength(text) },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Answer['body'],
            }),
          )
        },
      )
      sent.on('error', (error) =>
        reject(
          new Error(
            `dynoxide does not answer ${target} ${text.slice(0, 2000)}: ${error.message}; it said ${server.said()}`,
          ),
        ),
      )
      sent.end(text)
    })
  }

  const handle = (operation: string, input: unknown) => post(`DynamoDB_20120810.${operation}`, input)
  const streams = async (operation: string, input: unknown) =>
    (await post(`DynamoDBStreams_20120810.${operation}`, input)).body
  const iterators = new Map<string, string>()

  async function iteratorOf(table: string): Promise<string> {
    const known = iterators.get(table)
    if (known) return known
    const { Streams } = (await streams('ListStreams', { TableName: table })) as {
      Streams: { StreamArn: string }[]
    }
    const { StreamArn } = Streams[0]!
    const { StreamDescription } = (await streams('DescribeStream', { StreamArn })) as {
      StreamDescription: { Shards: { ShardId: string }[] }
    }
    const { ShardId } = StreamDescription.Shards[0]!
    const asked = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
    return (await streams('GetShardIterator', asked)).ShardIterator as string
  }

  return {
    handle,
    async records(table) {
      const found: StreamRecord[] = []
      for (;;) {
        const { Records, NextShardIterator } = (await streams('GetRecords', {
          ShardIterator: await iteratorOf(table),
          Limit: 1000,
        })) as { Records: { eventName: string; dynamodb: StreamRecord }[]; NextShardIterator: string }
        iterators.set(table, NextShardIterator)
        found.push(
          ...Records.map(({ eventName, dynamodb: { Keys, NewImage, OldImage } }) => ({
            eventName,
            Keys,
            ...(NewImage !== undefined && { NewImage }),
            ...(OldImage !== undefined && { OldImage }),
          })),
        )
        if (Records.length === 0) return found
      }
    },
    async close() {
      agent.destroy()
      await server.stop()
    },
  }
}
