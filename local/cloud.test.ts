import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { startCloud } from './cloud.ts'
import { resources, writeAssembly } from './fixture/assembly.ts'
import { openCloud, type Message } from './fixture/running.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a running cloud', async () => {
  const { cloud, data, reported, call, control, post } = await openCloud(folder, {
    clock: { start: '2026-03-02T08:00:00Z' },
  })
  afterAll(() => cloud.stop())

  test('what is posted runs through table, stream, bus, state machine and queue to an e-mail, and after the wait to the next', async () => {
    expect((await post({ id: 'one' })).status).toBe(201)
    await cloud.settled()
    const [first, ...others] = await control<Message[]>('/_local/messages')
    expect(others).toEqual([])
    expect(first).toMatchObject({
      subject: 'first one',
      to: ['rep@example.org'],
      text: 'Grüße 😀',
      html: '<b>Grüße</b>',
      at: '2026-03-02T08:00:00.000Z',
      tags: { lead: 'a-1' },
    })
    await control('/_local/clock', { advance: '1 hour 59 minutes' })
    expect(await control<Message[]>('/_local/messages')).toHaveLength(1)
    expect(await control<Message[]>(`/_local/messages?after=${first?.id}`)).toEqual([])
    expect(await control('/_local/clock', { advance: '1 minute' })).toEqual({
      now: '2026-03-02T10:00:00.000Z',
      kind: 'virtual',
    })
    const mails = await control<Message[]>('/_local/messages')
    expect(mails.map((mail) => [mail.subject, mail.at])).toEqual([
      ['first one', '2026-03-02T08:00:00.000Z'],
      ['second one', '2026-03-02T10:00:00.000Z'],
    ])
  })

  test('the costs of a submission are counted in the units that AWS bills', async () => {
    await control('/_local/cost/reset', {})
    await post({ id: 'cost' })
    await cloud.settled()
    expect(await control('/_local/cost')).toMatchObject({
      writeUnits: 1,
      readUnits: 0,
      invocations: { 'Demo-Api': 1, 'Demo-Publish': 1, 'Demo-Step': 1, 'Demo-Mail': 1 },
      transitions: 2,
      mails: 1,
      httpRequests: 1,
    })
  })

  test('a function sees the virtual time and only its own environment', async () => {
    const { text } = await call('/echo/x')
    const seen = JSON.parse(text) as { now: string; stamp: number; is: boolean; env: Record<string, string> }
    expect(seen.now).toBe(new Date(cloud.clock.now()).toISOString())
    expect(seen.stamp).toBe(cloud.clock.now())
    expect(seen.is).toBe(true)
    expect(seen.env).toMatchObject({
      TABLE_NAME: 'demo-table',
      PUBLIC_URL: cloud.url,
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Demo-Api',
    })
    expect(seen.env).not.toHaveProperty('HOME')
    expect(Object.keys(seen.env).filter((name) => name.startsWith('npm_'))).toEqual([])
  })

  test('what a function signs is put and got by whoever has the URL, and the default bus tells of it', async () => {
    const bytes = Buffer.from('Grüße')
    const sign = async (request: object) => {
      const { text } = await call('/sign', { method: 'POST', body: JSON.stringify(request) })
      return JSON.parse(text) as string
    }
    const headers = { 'x-amz-checksum-sha256': createHash('sha256').update(bytes).digest('base64') }
    const signed = { ...headers, 'content-length': String(bytes.length) }
    const put = await sign({ method: 'PUT', key: 'main/file_01', headers: signed })
    expect(put).toContain(`${cloud.url}/_bucket/demo-files/main/file_01?`)
    await control('/_local/cost/reset', {})
    expect((await fetch(put, { method: 'PUT', body: bytes, headers })).status).toBe(200)
    const query = { 'response-content-disposition': 'attachment; filename="a b.txt"' }
    const answer = await fetch(await sign({ method: 'GET', key: 'main/file_01', query }))
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.txt"')
    expect(await control('/_local/cost')).toMatchObject({ bucketPuts: 1, bucketGets: 1 })
    await cloud.settled()
    const db = new DatabaseSync(join(data, 'cloud.db'), { readOnly: true })
    const told = db.prepare("SELECT body FROM messages WHERE body LIKE '%aws.s3%'").all()
    db.close()
    expect(told).toHaveLength(1)
    expect(JSON.parse(String(told[0]!.body))).toMatchObject({
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'demo-files' }, object: { key: 'main/file_01', size: bytes.length } },
    })
  })

  test('output of a function is written to the log with its name', async () => {
    await call('/log')
    await expect
      .poll(() => readFileSync(join(data, 'log', 'functions.log'), 'utf8'))
      .toMatch(/Demo-Api a line of the function\n/)
  })

  test.each([
    ['a handler that waits too long', '/slow', 'Sandbox.Timedout'],
    ['an endless loop', '/loop', 'Sandbox.Timedout'],
    ['an error that nobody catches', '/crash', 'RangeError'],
    ['a function that exits', '/exit', 'Runtime.ExitError'],
    ['a function that needs too much memory', '/leak', 'Runtime.OutOfMemory'],
  ])('%s ends its worker, and the next call has a new one', async (_, path, type) => {
    reported.length = 0
    expect((await call(path)).status).toBe(500)
    expect(reported.join()).toContain(type)
    expect((await call('/echo/x')).status).toBe(200)
  })

  test('a record that always fails is found by halving, kept in the bucket, and holds nothing up', async () => {
    const before = (await control<Message[]>('/_local/messages')).length
    await control('/_local/fault', { pause: { 'Demo-Publish': true } })
    for (const id of ['ok-1', 'poison', 'ok-2']) await post({ id })
    await control('/_local/fault', { pause: { 'Demo-Publish': false } })
    await control('/_local/clock', { advance: '1 minute' })
    const mails = (await control<Message[]>('/_local/messages')).slice(before).map((mail) => mail.subject)
    expect(mails).toEqual(expect.arrayContaining(['first ok-1', 'first ok-2']))
    const bucket = join(data, 'bucket', 'Demo-Failed')
    const files = readdirSync(bucket, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(files).toHaveLength(1)
    const record = readFileSync(join(files[0]!.parentPath, files[0]!.name), 'utf8')
    expect(JSON.parse(record)).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1 },
    })
    expect(record).toContain('item#poison')
  })

  test('a replayed and duplicated stream gives everything again', async () => {
    const before = (await control<Message[]>('/_local/messages')).length
    await control('/_local/fault', { streamReplay: true })
    // The record that always fails is among them and has its attempts again.
    await control('/_local/clock', { advance: '1 minute' })
    const mails = (await control<Message[]>('/_local/messages')).slice(before).map((mail) => mail.subject)
    expect(mails).toContain('first one')
    await control('/_local/fault', { streamDuplicate: 1, seed: 7 })
    await post({ id: 'twice' })
    await cloud.settled()
    const twice = (await control<Message[]>('/_local/messages')).filter(
      (mail) => mail.subject === 'first twice',
    )
    expect(twice).toHaveLength(2)
    await control('/_local/fault', { streamDuplicate: 0 })
  })

  test('a change that the filters of the stream pass over reaches nobody', async () => {
    expect((await post({ id: 'unheard' })).status).toBe(201)
    await post({ id: 'heard' })
    await cloud.settled()
    const subjects = (await control<Message[]>('/_local/messages')).map((mail) => mail.subject)
    expect(subjects).toContain('first heard')
    expect(subjects).not.toContain('first unheard')
  })

  test('a broken table is an error of the function, and mends', async () => {
    await control('/_local/fault', { storeDown: true })
    expect((await post({ id: 'down' })).status).toBe(500)
    await control('/_local/fault', { storeDown: false })
    expect((await post({ id: 'up' })).status).toBe(201)
    await control('/_local/fault', { throttleTable: 100 })
    expect((await post({ id: 'throttled' })).status).toBe(500)
    await control('/_local/fault', { throttleTable: 0 })
    expect((await post({ id: 'not throttled' })).status).toBe(201)
  })

  test('an item expires by the virtual clock', async () => {
    const count = () => {
      const db = new DatabaseSync(join(data, 'cloud.db'), { readOnly: true })
      const row = db.prepare(`SELECT count(*) AS count FROM table_1 WHERE pk LIKE '%mortal'`).get()
      db.close()
      return row!.count
    }
    await post({ id: 'mortal', expiresAt: Math.floor(cloud.clock.now() / 1000) + 5400 })
    await control('/_local/clock', { advance: '1 hour' })
    expect(count()).toBe(1)
    await control('/_local/clock', { advance: '2 hours' })
    expect(count()).toBe(0)
  })
})

describe('starting', () => {
  const assembly = writeAssembly(join(folder, 'starting'))

  test('what runs goes on running while the output of the build is made anew', async () => {
    const built = writeAssembly(join(folder, 'built'))
    const started = await startCloud({ assembly: built, data: join(folder, 'building'), port: 0 })
    try {
      rmSync(built, { recursive: true })
      const answer = await fetch(`http://127.0.0.1:${started.port}/items`, {
        method: 'POST',
        body: '{"id":"meanwhile"}',
      })
      expect(answer.status).toBe(201)
    } finally {
      await started.stop()
    }
  })

  test('what is not modelled stops the start with its place', async () => {
    const content = resources()
    content.Strange = { Type: 'AWS::ECS::Cluster' }
    const where = writeAssembly(join(folder, 'strange'), content)
    const start = startCloud({ assembly: where, data: join(folder, 'strange-data'), port: 0 })
    await expect(start).rejects.toThrow('Demo/Strange (AWS::ECS::Cluster): the embedded cloud does not model')
  })

  test('a changed index of a table that holds data is refused', async () => {
    const data = join(folder, 'changed')
    await (await startCloud({ assembly, data, port: 0 })).stop()
    const content = resources()
    const table = content.Table!.Properties as {
      AttributeDefinitions: object[]
      GlobalSecondaryIndexes?: object[]
    }
    table.AttributeDefinitions.push({ AttributeName: 'by', AttributeType: 'S' })
    table.GlobalSecondaryIndexes = [
      {
        IndexName: 'byWhat',
        KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ]
    const changed = writeAssembly(join(folder, 'changed-assembly'), content)
    await expect(startCloud({ assembly: changed, data, port: 0 })).rejects.toThrow(
      'table demo-table: the assembly changes byWhat',
    )
    await (await startCloud({ assembly: changed, data, port: 0, fresh: true })).stop()
  })

  test('the virtual clock goes on after a restart where it stood', async () => {
    const data = join(folder, 'clock')
    const options = { assembly, data, clock: { start: '2026-01-01T00:00:00Z' } }
    const first = await openCloud(folder, options)
    await first.control('/_local/clock', { advance: '36 hours' })
    await first.cloud.stop()
    const { cloud, control } = await openCloud(folder, options)
    expect(await control('/_local/clock')).toEqual({ now: '2026-01-02T12:00:00.000Z', kind: 'virtual' })
    await cloud.stop()
  })
})

test('a time that does not count, and time that goes back, are told at the start', async () => {
  const own = mkdtempSync(join(folder, 'clock-'))
  const tell = async (clock: 'real' | 'virtual' | { start: string }): Promise<string[]> => {
    const { cloud, reported } = await openCloud(own, { clock })
    await cloud.stop()
    return reported.filter((line) => line.startsWith('clock:'))
  }
  expect(await tell('real')).toEqual([])
  expect(await tell({ start: '2999-03-01T09:00:00Z' })).toEqual([])
  expect(await tell({ start: '2999-03-01T09:00:00Z' })).toEqual([])
  expect(await tell('virtual')).toEqual([])
  expect(await tell({ start: '2027-01-01T09:00:00Z' })).toEqual([
    expect.stringMatching(
      /virtual, goes on at 2999-03-01T09:00:00\.000Z.*2027-01-01T09:00:00\.000Z is not heeded/,
    ),
  ])
  expect(await tell('real')).toEqual([expect.stringMatching(/it goes back from 2999-03-01T09:00:00\.000Z/)])
})
