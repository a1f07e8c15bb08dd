import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtAssembly } from './assembly.ts'
import { openTable, type Table } from './table.ts'

/**
 * The harness of everything that tests the whole: boots the embedded cloud on the built assembly in a folder of its
 * own, speaks to it through its HTTP door, and takes it down again whatever happens.
 * Nothing here knows how the product works; what a test asserts was answered, sent, or lies in the table.
 */
export interface CloudOptions {
  clock?: 'virtual' | 'real'
  /** where the virtual clock begins, as an ISO time */
  start?: string
  /** kept by the caller; by default a new folder that is removed at the end */
  data?: string
  port?: number
  /** the cloud assembly to boot; by default that of the present sources */
  assembly?: string
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** the parsed JSON body, or undefined when the body is something else */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  json: any
}

export interface Mail {
  id: string
  to: string[]
  from: string
  subject: string
  text: string
  html: string
  at: string
  tags?: Record<string, string>
}

export interface Request {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer | FormData | URLSearchParams
  /** sent as JSON */
  json?: unknown
  /** person id of a demo account */
  user?: string
}

/** One conversation with a running cloud. */
export class Client {
  readonly url: string
  /** the data folder of the cloud; without it the control door stays closed */
  readonly data: string
  #tokens = new Map<string, string>()

  constructor(url: string, data = '') {
    this.url = url
    this.data = data
  }

  /** What opens the control door, and the password of each account. */
  get ownerKey(): string {
    return readFileSync(join(this.data, 'owner.key'), 'utf8').trim()
  }

  async request(path: string, { method, headers = {}, body, json, user }: Request = {}): Promise<Answer> {
    const answer = await fetch(this.url + path, {
      method: method ?? (body !== undefined || json !== undefined ? 'POST' : 'GET'),
      redirect: 'manual',
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(path.startsWith('/_local') && { authorization: `Bearer ${this.ownerKey}` }),
        ...(user && { authorization: `Bearer ${await this.token(user)}` }),
        ...headers,
      },
      ...(json !== undefined
        ? { body: JSON.stringify(json) }
        : body !== undefined && { body: body as BodyInit }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) }
  }

  /** As a script does: JSON in, JSON out. `headers` may carry the Idempotency-Key. */
  postForm(fields: Record<string, unknown>, headers: Record<string, string> = {}, formId = 'demo') {
    return this.request(`/f/${formId}`, { json: fields, headers: { accept: 'application/json', ...headers } })
  }

  /** As a browser does: form-urlencoded, answered by a redirect or a page. */
  submitForm(
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
    formId = 'demo',
  ) {
    return this.request(`/f/${formId}`, {
      body: new URLSearchParams(fields),
      headers: { accept: 'text/html,application/xhtml+xml;q=0.9', ...headers },
    })
  }

  postLead(user: string, body: unknown, headers: Record<string, string> = {}) {
    return this.request('/leads', { json: body, user, headers })
  }

  async token(user: string): Promise<string> {
    const known = this.#tokens.get(user)
    if (known) return known
    const { status, text, json } = await this.request('/_local/token', { json: { user } })
    if (status !== 200) throw new Error(`no token for ${user}: ${status} ${text}`)
    this.#tokens.set(user, json.token)
    return json.token
  }

  /** Moves the virtual clock and returns when everything due until then has been done. */
  async advance(by: string | { to: string }): Promise<void> {
    this.#tokens.clear() // they expire by the same clock
    const { status, text } = await this.request('/_local/clock', {
      json: typeof by === 'string' ? { advance: by } : by,
    })
    if (status !== 200) throw new Error(`the clock did not move: ${status} ${text}`)
  }

  /** Lets everything that is due now be done, without moving time. */
  async settle(): Promise<void> {
    const { status, text } = await this.request('/_local/settle', { json: {} })
    if (status !== 200) throw new Error(`it does not come to rest: ${status} ${text}`)
  }

  async now(): Promise<string> {
    return (await this.request('/_local/clock')).json.now
  }

  /** Lines of functions that failed, of whatever nobody is answered about too. */
  failures(): string[] {
    const files = ['functions.log.old', 'functions.log'].map((name) => join(this.data, 'log', name))
    return files
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line.includes('"level":"error"') || /^\S+ \S+ failed: /.test(line))
  }

  async messages(): Promise<Mail[]> {
    return (await this.request('/_local/messages')).json as Mail[]
  }

  async mailsAbout(leadId: string): Promise<Mail[]> {
    return (await this.messages()).filter((mail) => (mail.text + mail.html).includes(leadId))
  }

  lead(leadId: string, user = 'viktor') {
    return this.request(`/leads/${leadId}`, { user })
  }

  history(leadId: string, user = 'viktor') {
    return this.request(`/leads/${leadId}/history`, { user })
  }

  addActivity(leadId: string, user: string, activity: Record<string, unknown>) {
    return this.request(`/leads/${leadId}/activities`, { json: activity, user })
  }

  addAbsence(person: string, user: string, absence: { from: string; until: string; reason?: string }) {
    return this.request(`/people/${person}/absences`, { json: absence, user })
  }

  quarantine(user: string) {
    return this.request('/quarantine', { user })
  }

  restore(submissionId: string, user: string) {
    return this.request(`/quarantine/${submissionId}/restore`, { json: {}, user })
  }

  alerts(user: string) {
    return this.request('/alerts', { user })
  }

  /** Plays a fault of the platform: `{ storeDown: true }`, `{ throttleTable: n }`, … */
  async fault(fault: Record<string, unknown>): Promise<Answer> {
    const answer = await this.request('/_local/fault', { json: fault })
    if (answer.status >= 300) throw new Error(`the fault was not played: ${answer.status} ${answer.text}`)
    return answer
  }

  async cost(): Promise<Record<string, unknown>> {
    return (await this.request('/_local/cost')).json
  }
}

export class Cloud extends Client {
  readonly table: Table
  readonly #stop: () => Promise<void>

  constructor(url: string, data: string, table: Table, stop: () => Promise<void>) {
    super(url, data)
    this.table = table
    this.#stop = stop
  }

  stop(): Promise<void> {
    return this.#stop()
  }
}

/** Boots the cloud in this process. Its database ends with it, even when the test is killed. */
export async function openCloud(options: CloudOptions = {}): Promise<Cloud> {
  const assembly = options.assembly ?? (await builtAssembly())
  const { startCloud } = await import('#local/cloud.ts')
  const data = options.data ?? newFolder()
  const virtual = options.start ? { start: options.start } : 'virtual'
  const running = await startCloud({
    assembly,
    data,
    port: options.port ?? 0,
    clock: options.clock === 'real' ? 'real' : virtual,
    faults: true,
  })
  let stopped: Promise<void> | undefined
  const stop = () =>
    (stopped ??= running.stop().finally(() => {
      if (!options.data) rmSync(data, { recursive: true, force: true })
    }))
  try {
    return new Cloud(running.url, data, await openTable(data), stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** In memory where the machine offers it: what is tested is the product, not the disk. */
export function newFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-test-'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
