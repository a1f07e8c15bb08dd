import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changedNorthwind, edit } from '../changed-northwind.ts'
import { openCloud, type Cloud } from '../cloud.ts'

/* A firm where representatives are not told who somebody is: names are above their level. anna is one, viktor is not. */
const project = mkdtempSync(join(tmpdir(), 'holdfast-clearance-'))
let cloud: Cloud
let customer: string
let lead: string
const secret = /Marigold|marigold/

beforeAll(async () => {
  const assembly = await changedNorthwind(project, (content) => {
    const levels =
      'clearance: { lead.contact: confidential, contact.name: confidential, customer.status: confidential }'
    edit(join(content, 'company/access.yaml'), /^clearance: \{\}/m, levels)
  })
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly })
  const made = async (path: string, json: object): Promise<string> =>
    (await cloud.request(path, { json, user: 'viktor' })).json.id as string
  customer = await made('/customers', { name: 'Mill', type: 'company', teamId: 'sales-dach' })
  await made('/contacts', { name: 'Marigold', emails: ['m.gold@mill.example'], customerId: customer })
  lead = (await cloud.postForm({ name: 'Marigold', email: 'marigold@customer.example', country: 'DE' })).json
    .leadId as string
  await cloud.settle()
  await cloud.advance('2 seconds')
}, 120_000)
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

const asked = async (path: string, user: string): Promise<string> => {
  const { status, text } = await cloud.request(path, { user })
  expect(status, `${path} ${text}`).toBe(200)
  return text
}

test.each([
  ['a list of lines', () => '/contacts?fields=line'],
  ['the lines of leads', () => '/leads?fields=line'],
  ['a file', () => `/customers/${customer}/file`],
  ['a history', () => `/customers/${customer}/history`],
  ['the history of a lead, with what he sent and what was sent about him', () => `/leads/${lead}/history`],
  ['what is found', () => '/find?text=m.gold@mill.example'],
  ['open work', () => '/work?queue=intake'],
  ['the work of a person', () => '/work?owner=anna'],
  ['the work of a team with its records', () => '/work?owner=jonas&fields=record&count=true'],
  ['the reasons of a lead', () => `/leads/${lead}/why`],
])('%s does not call a record by what is above the level', async (_what, path) => {
  expect(await asked(path(), 'anna')).not.toMatch(secret)
})

test('whoever reaches that level is told', async () => {
  for (const path of [
    '/contacts?fields=line',
    `/customers/${customer}/file`,
    `/customers/${customer}/history`,
    `/leads/${lead}/history`,
    '/find?text=m.gold@mill.example',
  ])
    expect(await asked(path, 'viktor'), path).toMatch(secret)
  const holder = (await cloud.request(`/leads/${lead}`, { user: 'viktor' })).json.ownerId as string
  const work = `/work?owner=${holder}&fields=record`
  expect(await asked(work, 'viktor')).toMatch(secret)
  expect(await asked(work, 'anna')).not.toMatch(secret)
})

test('where a record has been is told to nobody who may not read where it is', async () => {
  expect((await cloud.request(`/customers/${customer}/win`, { json: {}, user: 'viktor' })).status).toBe(200)
  await cloud.advance('2 seconds')
  const told = async (user: string): Promise<object[]> =>
    JSON.parse(await asked(`/customers/${customer}/file?kinds=milestone`, user)).timeline as object[]
  expect(await told('viktor')).toMatchObject([{ what: 'win', state: 'active' }])
  expect(await told('anna')).toEqual([])
})

test('whom a lead may be is told to nobody who may not read who it is', async () => {
  const email = 'm.gold@mill.example'
  const id = (await cloud.postForm({ name: 'Marigold', email, country: 'DE' })).json.leadId as string
  await cloud.settle()
  const told = async (user: string) => JSON.parse(await asked(`/leads/${id}/matches`, user)) as object
  expect(await told('viktor')).toMatchObject({ matches: [{ kind: 'contact', called: 'Marigold' }] })
  expect(await told('anna')).toEqual({ matches: [] })
})

test('what is found without its title is found all the same', async () => {
  const { found } = JSON.parse(await asked('/find?text=m.gold@mill.example', 'anna'))
  expect(found).toMatchObject([{ kind: 'contact' }])
})

test('the answer to what is told of a lead has no more than the lead itself', async () => {
  const told = await cloud.request(`/leads/${lead}/activities`, {
    json: { what: 'note', text: 'Called back' },
    user: 'anna',
  })
  expect(told.status).toBe(201)
  expect(told.text).not.toMatch(secret)
})
