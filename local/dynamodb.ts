/** The few DynamoDB calls that the embedded cloud itself makes, over plain HTTP: a tenth of the cost of the SDK. */
import { Agent, request } from 'node:http'

export class TableFault extends Error {
  override name = 'TableFault'
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(`${code}: ${message}`)
    this.code = code
    this.status = status
  }
}

/** Where something listens. */
export interface Place {
  host: string
  port: number
}

export interface DynamoDb {
  call<T = Record<string, unknown>>(operation: string, input: unknown): Promise<T>
  /** Passes a request body on as it is; for the proxy. */
  forward(target: string, body: string): Promise<{ status: number; body: string }>
  close(): void
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
}

export function dynamoDb(place: Place): DynamoDb {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  function forward(target: string, body: string): Promise<{ status: number; body: string }> {
    return post({
      agent,
      ...place,
      path: '/',
      headers: { ...headers, 'x-amz-target': target },
      body,
    })
  }

  return {
    forward,
    async call<T>(operation: string, input: unknown) {
      const answer = await forward(`DynamoDB_20120810.${operation}`, JSON.stringify(input))
      const parsed = JSON.parse(answer.body || '{}') as {
        __type?: string
        message?: string
        Message?: string
      }
      if (answer.status === 200) return parsed as T
      const code = parsed.__type?.split('#').at(-1) ?? 'UnknownError'
      throw new TableFault(code, answer.status, parsed.message ?? parsed.Message ?? '')
    },
    close: () => agent.destroy(),
  }
}

/** POSTs and returns the whole answer. */
export function post(options: {
  agent?: Agent
  host: string
  port: number
  path: string
  headers: Record<string, string>
  body: string
}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: options.host,
        port: options.port,
        method: 'POST',
        path: options.path,
        headers: { ...options.headers, 'content-length': Buffer.byteLength(options.body) },
        ...(options.agent && { agent: options.agent }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(options.body)
  })
}
