import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtAssembly, type Template } from '../assembly.ts'
import { newFolder, openCloud, type Cloud } from '../cloud.ts'

/*
 * The code's own check is that every key begins with the tenant of the deployment. Here the functions of the API are
 * told another tenant, as a fault in any of them might have it, while their roles stay as they were deployed.
 */
const folder = newFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function assemblyFor(tenant: string): Promise<string> {
  const assembly = join(folder, tenant)
  cpSync(await builtAssembly(), assembly, { recursive: true })
  const file = join(assembly, 'HoldfastApi.template.json')
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template
  for (const { Properties: { Environment: environment } = {} } of Object.values(template.Resources))
    if (environment?.Variables.TENANT) environment.Variables.TENANT = tenant
  writeFileSync(file, JSON.stringify(template))
  return assembly
}

const lead = { name: 'Grace Example', email: 'grace@customer.example' }

describe('functions that take another tenant’s keys for their own', () => {
  let cloud: Cloud
  beforeAll(async () => {
    cloud = await openCloud({ assembly: await assemblyFor('other'), start: '2027-03-01T08:00:00.000Z' })
  })
  afterAll(() => cloud?.stop())

  test.each([
    ['a list', () => cloud.request('/leads?day=2027-03-01', { user: 'viktor' })],
    ['a record', () => cloud.request('/leads/lead_0', { user: 'viktor' })],
    ['a new record', () => cloud.request('/leads', { json: lead, user: 'viktor' })],
    ['a change', () => cloud.request('/alerts/some/acknowledge', { json: {}, user: 'viktor' })],
    [
      'an activity',
      () => cloud.request('/leads/lead_0/activities', { json: { what: 'call' }, user: 'maria' }),
    ],
    ['the keys', () => cloud.request('/keys', { user: 'viktor' })],
    ['a submission', () => cloud.postForm(lead)],
  ])('are refused by their roles: %s', async (_, ask) => {
    const before = await cloud.table.dump()
    const answer = await ask()
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('dynamodb')
    expect(await cloud.table.dump()).toEqual(before)
  })

  test('and the log says which function wanted what', () => {
    const log = readFileSync(join(cloud.data, 'log', 'functions.log'), 'utf8')
    expect(log).toMatch(
      /HoldfastApi-ApiRecordRead User: arn:aws:sts::000000000000:assumed-role\/HoldfastApi-ApiRecordReadRole\/HoldfastApi-ApiRecordRead is not authorized to perform: dynamodb:\w+/,
    )
  })
})

test('canary is a tenant beside: it is served by the same roles', async () => {
  const cloud = await openCloud({ assembly: await assemblyFor('canary'), start: '2027-03-01T08:00:00.000Z' })
  try {
    const { status, json } = await cloud.postForm(lead)
    expect(status).toBe(201)
    const read = await cloud.request(`/leads/${json.leadId}`, { user: 'viktor' })
    expect(read.json).toMatchObject({ contact: lead })
    const partitions = (await cloud.table.dump()).map(({ pk }) => pk)
    expect(partitions.filter((pk) => pk.startsWith('canary#')).length).toBeGreaterThan(0)
  } finally {
    await cloud.stop()
  }
})
