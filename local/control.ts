/* The control door: health, clock, messages, tokens, costs, queues and faults; for tests, demos and the console. */
import type { IncomingMessage } from 'node:http'
import type { Activity } from './clock/activity.ts'
import type { Clock, VirtualClock } from './clock/clock.ts'
import type { Syncs } from './durable.ts'
import { readBody } from './http/api.ts'
import { peerAddress, type Answer } from './http/payload.ts'
import type { Issuer } from './issuer/issuer.ts'
import type { Mail, MailAccount, MailStore } from './mail/store.ts'
import type { OwnerKey } from './data-folder/owner-key.ts'
import type { Meter } from './meter.ts'
import type { CloudServices } from './services.ts'
import type { StreamFault } from './stream/stream.ts'
import type { TableFaults, TableService } from './table-service.ts'

export interface ControlOptions {
  clock: Clock | VirtualClock
  /** Called after each step of the virtual clock. */
  moved: () => void
  activity: Activity
  mail: MailStore
  issuer: Issuer
  ownerKey: OwnerKey
  meter: Meter
  services: CloudServices
  /** Undefined when faults are not allowed. */
  table: TableService | undefined
  version: () => object
  syncs: () => Syncs
  /** Plays where requests come from; undefined: they come from where they come. */
  comeFrom: (address: string | undefined) => void
}

interface Fault extends TableFaults {
  streamReplay?: boolean
  streamDuplicate?: number
  streamReorder?: number
  seed?: number
  /** Every request to the API comes from this address; empty: from where it comes. */
  sourceIp?: string
  /** Function name → whether it is held up. */
  pause?: Record<string, boolean>
  /** What SES lets the account do from now on, across restarts; what is not named stays. */
  mail?: MailAccount
}

export function openControl(options: ControlOptions) {
  const { clock, services } = options

  const routes: Record<string, (body: Record<string, unknown>, query: URLSearchParams) => unknown> = {
    'GET /health': () => ({ status: 'ok', ...options.version() }),
    'GET /_local/messages': (_, query) => messages(options.mail, query),
    'GET /_local/clock': () => clockState(),
    async 'POST /_local/clock'(body) {
      if (!('advanceTo' in clock))
        return refuse(409, 'The clock is real. Start with --clock virtual to move it')
      const target =
        typeof body.advance === 'string'
          ? clock.now() + parseDuration(body.advance)
          : Date.parse(String(body.to))
      if (Number.isNaN(target))
        return refuse(400, 'Give {"advance": "2 hours"} or {"to": "2026-03-02T09:00:00Z"}')
      if (target < clock.now()) return refuse(400, 'The clock does not go back')
      await clock.advanceTo(target, async () => {
        await options.activity.settled()
        options.moved()
      })
      options.moved()
      return clockState()
    },
    'POST /_local/token'(body) {
      const token = options.issuer.token(String(body.user))
      const names = options.issuer.users.map((user) => user.username).join(', ')
      return token
        ? { token }
        : refuse(404, `There is no user ${String(body.user)}; there are ${names || 'none'}`)
    },
    'GET /_local/figures': () => ({ syncs: options.syncs() }),
    'GET /_local/cost': () => options.meter.read(),
    'POST /_local/cost/reset': () => (options.meter.reset(), {}),
    'GET /_local/queues': () =>
      services.queues.queues().map((queue) => ({ name: queue.name, ...services.queues.count(queue.arn) })),
    'GET /_local/functions': () => services.functions.hosts(),
    async 'POST /_local/settle'() {
      await options.activity.settled()
      return {}
    },
    async 'POST /_local/fault'(body) {
      if (!options.table) return refuse(409, 'Faults need --clock virtual or HOLDFAST_FAULTS=1')
      const { sourceIp, mail, ...fault } = body as Fault
      if (sourceIp !== undefined) options.comeFrom(sourceIp || undefined)
      if (mail) await options.mail.setAccount(mail)
      applyFault(options.table, services, fault)
      return {}
    },
  }

  function clockState() {
    return { now: new Date(clock.now()).toISOString(), kind: 'advanceTo' in clock ? 'virtual' : 'real' }
  }

  return async (request: IncomingMessage, path: string): Promise<Answer | undefined> => {
    if (path !== '/health' && !path.startsWith('/_local')) return undefined
    const refused =
      refuseStranger(request) ?? (path === '/health' ? undefined : refuseKeyless(request, options.ownerKey))
    if (refused) return refused
    const route = routes[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`]
    if (!route)
      return json(404, {
        message: `There is no ${request.method} ${path}; there are ${Object.keys(routes).join(', ')}`,
      })
    let body: Record<string, unknown>
    try {
      const text = (await readBody(request, 100_000))?.toString('utf8') ?? ''
      const read: unknown = text ? JSON.parse(text) : {}
      if (typeof read !== 'object' || read === null || Array.isArray(read))
        return json(400, { message: 'The body is not a JSON object' })
      body = read as Record<string, unknown>
    } catch {
      return json(400, { message: 'The body is not JSON' })
    }
    const query = new URLSearchParams(request.url?.split('?')[1] ?? '')
    const result = await route(body, query)
    return result instanceof Refusal ? json(result.status, { message: result.message }) : json(200, result)
  }
}

const mailFields = ['id', 'to', 'cc', 'from', 'subject', 'text', 'html', 'at', 'tags', 'headers'] as const
/** Milliseconds: a proxy or a client gives up on an answer after a minute. */
const longestWait = 60_000

/**
 * E-mails, oldest first. `after=<id>`: those after that one. `wait=<milliseconds>`: answers as soon as there is one, or
 * with none after that time. `fields=id,text`: only these of each.
 */
async function messages(store: MailStore, query: URLSearchParams): Promise<object> {
  const wait = query.get('wait') ?? '0'
  if (!/^\d+$/.test(wait) || Number(wait) > longestWait)
    return refuse(400, `wait is a number of milliseconds from 0 to ${longestWait}, not ${wait}`)
  const fields = query.get('fields')?.split(',') ?? mailFields
  const unknown = fields.find((field) => !(mailFields as readonly string[]).includes(field))
  if (unknown !== undefined)
    return refuse(400, `fields are some of ${mailFields.join(',')}, not ${unknown || 'empty'}`)
  const mails = await store.next(query.get('after') ?? undefined, Number(wait))
  return mails.map((mail) => Object.fromEntries(fields.map((field) => [field, mail[field as keyof Mail]])))
}

/** The door makes anybody's token and shows everybody's e-mails, and behind a proxy each stranger looks like a neighbour. */
function refuseKeyless(request: IncomingMessage, ownerKey: OwnerKey): Answer | undefined {
  const given = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (ownerKey.fits(given.trim())) return undefined
  const message = 'Send the key in the file owner.key of the data folder: Authorization: Bearer <key>'
  return {
    ...json(401, { message }),
    headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
  }
}

/**
 * Lets in only programs on this machine: a connection from elsewhere is refused, and so is a page of a foreign web
 * site, or of a name that was bent to this machine, in a browser on it. It proves nothing where a proxy stands before.
 */
export function refuseStranger(request: IncomingMessage): Answer | undefined {
  const peer = peerAddress(request)
  const isLoopback = peer === '::1' || peer.startsWith('127.')
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const isLocalName = ['localhost', '127.0.0.1', '[::1]', ''].includes(host)
  const site = request.headers['sec-fetch-site']
  const isForeignPage = request.method !== 'GET' && (site === 'cross-site' || site === 'same-site')
  if (isLoopback && isLocalName && !isForeignPage) return undefined
  return json(403, { message: 'This is answered only on the machine itself, at localhost' })
}

class Refusal {
  readonly status: number
  readonly message: string
  constructor(status: number, message: string) {
    this.status = status
    this.message = message
  }
}

const refuse = (status: number, message: string) => new Refusal(status, message)

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
})

const units: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

/** `2 hours`, `90 minutes`, `1 day 3 hours`; NaN for anything else. */
export function parseDuration(text: string): number {
  const parts = text.trim().match(/^(\d+(\.\d+)?\s*[a-z]+[\s,]*)+$/i)
    ? text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)
    : undefined
  if (!parts) return Number.NaN
  let total = 0
  for (const [, count, unit] of parts)
    total += Number(count) * (units[unit!.toLowerCase().replace(/s$/, '')] ?? Number.NaN)
  return total
}

function applyFault(table: TableService, services: CloudServices, fault: Omit<Fault, 'mail'>): void {
  const { streamReplay, streamDuplicate, streamReorder, seed, pause, ...tableFaults } = fault
  table.fault(tableFaults)
  if (streamReplay !== undefined || streamDuplicate !== undefined || streamReorder !== undefined) {
    const stream: StreamFault = {
      ...(streamReplay !== undefined && { replay: streamReplay }),
      ...(streamDuplicate !== undefined && { duplicate: streamDuplicate }),
      ...(streamReorder !== undefined && { reorder: streamReorder }),
      ...(seed !== undefined && { seed }),
    }
    for (const consumer of services.streams) consumer.fault(stream)
  }
  for (const [name, paused] of Object.entries(pause ?? {})) services.functions.pause(name, paused)
}
