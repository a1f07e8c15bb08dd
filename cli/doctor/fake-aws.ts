import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * AWS as the doctor's clients see it: one HTTP door that speaks the protocol of each service. What is asked is found by
 * the name of the operation; the shapes of the answers are those of the services' API references.
 */

/** An answer, or the error that a service gives instead. */
export type Answers = Record<string, (input: Record<string, unknown>) => object | Refusal>

export class Refusal {
  readonly status: number
  readonly code: string
  readonly message: string

  constructor(status: number, code: string, message: string) {
    this.status = status
    this.code = code
    this.message = message
  }
}

export const denied = new Refusal(
  400,
  'AccessDeniedException',
  'User: arn:aws:iam::123456789012:user/x is not authorized',
)

export interface FakeAws {
  url: string
  stop(): Promise<void>
}

export async function openFakeAws(answers: Answers): Promise<FakeAws> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { operation, protocol, input } = read(request.url ?? '', request.headers, body)
      const answer = answers[operation]?.(input) ?? new Refusal(400, 'UnknownOperationException', operation)
      const { status, type, text } = written(operation, protocol, answer)
      response.writeHead(status, {
        'content-type': type,
        ...(answer instanceof Refusal && { 'x-amzn-errortype': answer.code }),
      })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Protocol = 'json' | 'query' | 'rest'

/** Paths of the services that name an operation by its address. */
const paths: [RegExp, string][] = [
  [/^\/2016-08-19\/account-settings/, 'GetAccountSettings'],
  [/^\/v2\/email\/account/, 'GetAccount'],
  [/^\/v2\/email\/identities\/(.+)/, 'GetEmailIdentity'],
]

function read(url: string, headers: Record<string, unknown>, body: string) {
  const target = headers['x-amz-target']
  if (typeof target === 'string')
    return {
      operation: target.split('.').at(-1)!,
      protocol: 'json' as Protocol,
      input: JSON.parse(body) as Record<string, unknown>,
    }
  const path = paths.find(([pattern]) => pattern.test(url))
  if (path)
    return {
      operation: path[1],
      protocol: 'rest' as Protocol,
      input: { name: decodeURIComponent(path[0].exec(url)?.[1] ?? '') },
    }
  const input = Object.fromEntries(new URLSearchParams(body))
  return { operation: input['Action'] ?? url, protocol: 'query' as Protocol, input }
}

function written(operation: string, protocol: Protocol, answer: object) {
  const refusal = answer instanceof Refusal ? answer : undefined
  const status = refusal?.status ?? 200
  if (protocol === 'query') {
    const text = refusal
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>${refusal.message}</Message></Error></ErrorResponse>`
      : `<${operation}Response><${operation}Result>${xml(answer)}</${operation}Result></${operation}Response>`
    return { status, type: 'text/xml', text }
  }
  const text = JSON.stringify(refusal ? { __type: refusal.code, message: refusal.message } : answer)
  return { status, type: 'application/x-amz-json-1.0', text }
}

const xml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((entry) => `<member>${xml(entry)}</member>`).join('')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, entry]) => `<${name}>${xml(entry)}</${name}>`)
    .join('')
}
