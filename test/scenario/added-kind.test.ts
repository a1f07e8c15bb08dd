import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedSources, synthesizeSources } from '../fixture/changed-sources.ts'
import { openCloud, type Cloud } from '../cloud.ts'

/** What CONTRIBUTING.md says of a new kind is true: its files are added to a copy of the sources, word by word. */
const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')

/** The blocks of the page by what their first line says of them. */
const blocks = new Map(
  [...page.matchAll(/^( *)```([^`].*)\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', info = '', text = '']) => [
    info.replace(/^\w+ /, ''),
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  ]),
)
const filesOf = (isOurs: (file: string) => boolean) =>
  Object.fromEntries(
    [...blocks]
      .filter(([info]) => info.startsWith('add='))
      .map(([info, text]) => [info.slice('add='.length), text] as const)
      .filter(([file]) => isOurs(file)),
  )

const project = changedSources({
  added: filesOf((file) => file.startsWith('core/')),
  written: filesOf((file) => !file.startsWith('core/')),
})
const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, command), ...args], {
    cwd: join(project, 'northwind'),
    encoding: 'utf8',
  })
  return { status, out: stdout + stderr }
}
let cloud: Cloud

beforeAll(async () => {
  for (const language of ['uk', 'ru']) {
    const file = join(project, `core/words/kind/${language}.ts`)
    const words = readFileSync(file, 'utf8')
    const added = words.replace('> = {', () => `> = { ${blocks.get(`words=${language}`)}`)
    expect(added).not.toBe(words)
    writeFileSync(file, added)
  }
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: await synthesizeSources(project) })
})
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

const user = 'viktor'
const post = (path: string, json: object) => cloud.request(path, { json, user })
const made = async (path: string, json: object): Promise<string> => {
  const { status, text, json: record } = await post(path, json)
  expect(status, text).toBe(201)
  return record.id as string
}
const read = async (path: string) => (await cloud.request(path, { user })).json

describe('the kind of CONTRIBUTING.md', () => {
  test('compiles, and is checked with its table and its workflow', () => {
    const { status, out } = run('node_modules/typescript/bin/tsc', '-p', join(project, 'core'))
    expect(out).toBe('')
    expect(status).toBe(0)
    const checked = spawnSync(process.execPath, [join(project, 'cli/holdfast.mjs'), 'check'], {
      cwd: join(project, 'northwind'),
      encoding: 'utf8',
    })
    expect(checked.stdout + checked.stderr).toMatch(/11 tables, .* 3 workflows: no problems\n$/)
  })

  test('is created, looked after, handed over, taken back and opened again', async () => {
    const deviceId = await made('/devices', { name: 'Scale' })
    const deposit = { minor: 50_000, currency: 'EUR' }
    const id = await made('/loans', { deviceId, use: 'trial', deposit, contract: 'C-1' })
    await cloud.settle()
    const loan = await read(`/loans/${id}`)
    expect(loan).toMatchObject({ teamId: 'service', next: 'hand-over', handOverBy: expect.any(String) })
    expect(await post(`/loans/${id}/hand-over`, {})).toMatchObject({ status: 422, json: { where: 'until' } })
    const given = { until: '2027-04-01', handedOverAt: '2027-01-01T00:00:00.000Z' }
    expect((await post(`/loans/${id}/hand-over`, given)).status).toBe(422)
    expect((await post(`/loans/${id}/hand-over`, { until: '2027-04-01' })).json).toMatchObject({
      status: 'lent',
      handedOverAt: '2027-03-01T09:00:00.000Z',
    })
    await cloud.advance('2 seconds')
    expect(await read(`/devices/${deviceId}`)).toMatchObject({
      status: 'lent',
      openLoans: 1,
      deposits: [deposit],
    })
    expect((await post(`/loans/${id}/return`, { remarks: 'Clean.' })).json.status).toBe('back')
    expect((await read(`/devices/${deviceId}`)).status).toBe('here')
    expect(await post('/loans', { deviceId, use: 'repair', contract: 'c-1' })).toMatchObject({
      status: 409,
      json: { where: 'contract' },
    })
    expect((await post(`/loans/${id}/reopen`, {})).json).toMatchObject({ status: 'reserved', reopened: 1 })
    await cloud.settle()
    const again = await read(`/loans/${id}`)
    expect(again).toMatchObject({ teamId: 'service', next: 'hand-over', handOverBy: expect.any(String) })
    expect(again.handedOverAt).toBeUndefined()
    const { text } = await cloud.request(`/loans/${id}/history`, { user })
    expect(text.match(/loan-routing/g)?.length).toBeGreaterThanOrEqual(2)
  })

  test('leaves a device where it is that is not lent from there', async () => {
    const deviceId = await made('/devices', { name: 'Scanner' })
    const id = await made('/loans', { deviceId, use: 'trial', until: '2027-04-01' })
    const broken = (await post(`/devices/${deviceId}/break`, {})).json
    expect((await post(`/loans/${id}/hand-over`, {})).json.status).toBe('lent')
    expect(await read(`/devices/${deviceId}`)).toMatchObject({ status: 'broken', version: broken.version })
  })

  test('is made once by a post that comes twice at the same moment, also where a value must be its own', async () => {
    const deviceId = await made('/devices', { name: 'Drill' })
    for (let i = 0; i < 8; i++) {
      const loan = { json: { deviceId, use: 'trial', contract: `T-${i}` }, user }
      const headers = { 'idempotency-key': `twice-${i}` }
      const answers = await Promise.all(
        Array.from({ length: 3 }, async () => cloud.request('/loans', { ...loan, headers })),
      )
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
      expect(new Set(answers.map(({ json }) => json.id as string)).size).toBe(1)
    }
  })

  test.each([
    ['/contacts?state=open', 'query', 'a contact never ends'],
    ['/devices?owner=anna', 'query', 'is no work'],
    ['/loans?state=open&month=2027-03', 'month', 'of open ones'],
    ['/loans?state=opened', 'state', 'open, closed, reserved, lent, back'],
    ['/loans?use=trial', 'use', 'is not known here'],
  ])('%s is refused: what a list would ignore is no answer', async (path, where, words) => {
    const { status, json } = await cloud.request(path, { user })
    expect([status, json.where]).toEqual([400, where])
    expect(json.detail).toContain(words)
  })

  test('is told of by the messages for any kind, in the words of the reader', async () => {
    const deviceId = await made('/devices', { name: 'Lathe' })
    const deposit = { minor: 50_000, currency: 'EUR' }
    const loan = { deviceId, use: 'trial', deposit }
    // A turn for everybody of the service: they read different languages.
    const ids = await Promise.all(
      ['C-2', 'C-3', 'C-4'].map(async (contract) => made('/loans', { ...loan, contract })),
    )
    await cloud.advance('1 day')
    const mails = (await Promise.all(ids.map(async (id) => cloud.mailsAbout(id)))).flat()
    const reminders = mails.filter(({ tags }) => tags?.template === 'work-reminder')
    expect(reminders).toHaveLength(3)
    const inWords = (title: string) => reminders.find(({ subject }) => subject.endsWith(`(${title})`))?.text
    expect(inWords('Loan')).toMatch(/^Use: +trial$/m)
    expect(inWords('Позика')).toMatch(/^Навіщо: +проба$/m)
  })
})
