import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customerKind } from '../core/kind/customer/customer.ts'
import { readFile } from '../core/project/read-file.ts'
import type { Kind } from '../core/record/kind.ts'
import { memoryStore } from '../core/store/memory.ts'
import { tableStore } from '../functions/adapter/table.ts'
import { Client } from '../test/cloud.ts'
import { fillFile } from '../test/fixture/long-file.ts'
import { clientOptions, ledgerOf } from '../test/table.ts'
import { CloudProcess } from './cloud-process.ts'
import { quantile } from './quantile.ts'

/*
 * `npm run bench -- file`: how long it takes to see a customer of whom there are 10,000 entries, two open tickets and three
 * people, one reader after the other, and what a page takes of the table. `whole`: through the HTTP API as a browser asks.
 * `without HTTP`: the same reading as the function does, from this process, which asks the table by the SDK; and of a
 * store in memory, which leaves the reading alone.
 */

const entries = 10_000
/** A virtual clock does not sleep while it settles. */
const start = '2027-03-01T09:00:00.000Z'

export async function run(options: ReadonlySet<string>): Promise<void> {
  const rounds = options.has('--quick') ? 100 : 1_000
  const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const cloud = await CloudProcess.start(data, '--clock', start)
  try {
    await measure(new Client(cloud.url, data), data, rounds)
  } finally {
    await cloud.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

async function measure(client: Client, data: string, rounds: number): Promise<void> {
  const id = await customer(client)
  await fillFile(data, { tenant: 'main', id, entries })
  await client.advance('5 seconds')
  const path = `/customers/${id}/file`
  const read = async (address: string) => {
    const { status, text, json } = await client.request(address, { user: 'anna' })
    if (status !== 200) throw new Error(`${address}: ${status} ${text}`)
    return { json, bytes: Buffer.byteLength(text) }
  }
  const first = await read(path)
  const further = `${path}?after=${first.json.next}`
  process.stdout.write(`${entries} entries, ${rounds} reads each, milliseconds\n\n`)
  row('', 'p50', 'p99', 'read units', 'KB')
  row('---', '---:', '---:', '---:', '---:')
  const pages = {
    'first page, whole': path,
    'further page, whole': further,
    'of e-mails alone': `${path}?what=email`,
  }
  for (const [name, address] of Object.entries(pages)) {
    await client.request('/_local/cost/reset', { json: {} })
    const { bytes } = await read(address)
    const units = String((await client.cost()).readUnits)
    const times = await timed(rounds, async () => void (await read(address)))
    row(name, ...times, units, (bytes / 1024).toFixed(1))
  }
  await withoutHttp(data, id, rounds)
}

async function withoutHttp(data: string, id: string, rounds: number): Promise<void> {
  const sdk = new DynamoDBClient(clientOptions(data))
  const store = tableStore(sdk, await ledgerOf(sdk))
  const asked = { tenant: 'main', id, limit: 50 }
  const kind = customerKind as unknown as Kind
  row(
    'without HTTP, by the SDK',
    ...(await timed(rounds, async () => void (await readFile(store, kind, asked)))),
    '',
    '',
  )
  const page = await store.file({ tenant: 'main', id }, { limit: 200 })
  sdk.destroy()
  const memory = memoryStore()
  await memory.project(page.items.map((put) => ({ put })))
  row(
    'without HTTP, in memory',
    ...(await timed(rounds, async () => void (await readFile(memory, kind, asked)))),
    '',
    '',
  )
}

async function customer(client: Client): Promise<string> {
  const made = async (path: string, json: object): Promise<string> =>
    (await client.request(path, { json, user: 'anna' })).json.id as string
  const id = await made('/customers', { type: 'company', name: 'Bakery Sunrise' })
  for (const name of ['Ann Example', 'Bo Example', 'Cy Example'])
    await made('/contacts', { customerId: id, name })
  for (const subject of ['No power', 'Late'])
    await made('/tickets', { customerId: id, subject, channel: 'phone' })
  return id
}

/** p50 and p99 of so many, one after the other, after a tenth of them to warm up. */
async function timed(rounds: number, act: () => Promise<void>): Promise<string[]> {
  const times: number[] = []
  for (let round = -rounds / 10; round < rounds; round++) {
    const begin = performance.now()
    await act()
    if (round >= 0) times.push(performance.now() - begin)
  }
  return [0.5, 0.99].map((share) => quantile(times, share).toFixed(2))
}

const row = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
