import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindReference } from '#core/api/kind-reference.ts'
import type { Kind } from '#core/record/kind.ts'
import { findDeclared, findFacts } from '#infra/found.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { changedSources, synthesizeSources } from '../fixture/changed-sources.ts'

/** What somebody adds to the lead as one line each is there everywhere: a copy of the sources gets two fields. */

const lead = 'core/kind/sales/lead.ts'
let project: string
let cloud: Cloud

beforeAll(async () => {
  const shipped = readFileSync(new URL(`../../${lead}`, import.meta.url), 'utf8')
  const text = shipped
    .replace('  count,\n', '  count,\n  flag,\n')
    .replace(
      '    formId: optional(',
      "    region: optional(stored('Region', { help: 'part of the country' })),\n    seats: optional(count('Seats')),\n    agreed: optional(flag('Agreed')),\n    on: optional(instant('On')),\n    topics: optional(many('Topics', stored('Topic'))),\n    formId: optional(",
    )
  project = changedSources({ added: { [lead]: text } })
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: await synthesizeSources(project) })
})
afterAll(async () => {
  await cloud.stop()
  rmSync(project, { recursive: true, force: true })
})

describe('a field of the lead that is one line', () => {
  const leadOf = async (id: string) => (await cloud.request(`/leads/${id}`, { user: 'viktor' })).json

  test('is filled by programs and forms under its name, and says the latest', async () => {
    const post = (json: object) => cloud.request('/leads', { json, user: 'viktor' })
    const { json } = await post({ name: 'Ann', email: 'ann@region.example', region: 'North', seats: 3 })
    expect(await leadOf(json.leadId)).toMatchObject({ region: 'North', seats: 3 })
    await cloud.settle()
    const letters = await cloud.messages()
    expect(letters.at(-1)!.text).toMatch(/Region: +North/)
    await cloud.postForm({ name: 'Ann', email: 'ann@region.example', Region: 'South', seats: 'some' })
    await cloud.settle()
    // What is no number is shown as it came.
    expect(await leadOf(json.leadId)).toMatchObject({
      region: 'South',
      seats: 3,
      also: [{ name: 'seats', text: 'some' }],
    })
    const { text } = await cloud.request(`/leads/${json.leadId}/history`, { user: 'viktor' })
    expect(text).toContain('{"field":"region","before":"North","after":"South"}')
    const long = await post({ name: 'Eve', email: 'eve@region.example', region: 'x'.repeat(3_000) })
    expect(long).toMatchObject({ status: 422, json: { where: 'region' } })
    expect(await post({ name: 'Bob', email: 'bob@region.example', seats: 'three' })).toMatchObject({
      status: 422,
      json: { where: 'seats' },
    })
  })

  test('is read as forms and programs write it: what is ticked, moments by any clock, lists', async () => {
    const { json: form } = await cloud.postForm({
      name: 'Cid',
      email: 'cid@region.example',
      agreed: 'on',
      on: '2027-03-03T11:00:00+01:00',
      topics: 'sensors',
    })
    const { json: program } = await cloud.request('/leads', {
      json: { email: 'dan@region.example', agreed: false, on: '2027-03-03T10:00:00Z', topics: ['a', 'b'] },
      user: 'viktor',
    })
    await cloud.settle()
    expect(await leadOf(form.leadId)).toMatchObject({
      agreed: true,
      on: '2027-03-03T10:00:00.000Z',
      topics: ['sensors'],
    })
    expect(await leadOf(program.leadId)).toMatchObject({
      agreed: false,
      on: '2027-03-03T10:00:00.000Z',
      topics: ['a', 'b'],
    })
  })

  test('is in the facts and the documentation', async () => {
    const kinds = (await findDeclared(project)) as unknown as Kind[]
    expect((await findFacts(project)).factsOf('lead')).toContainEqual({
      name: 'lead.region',
      type: 'text',
      about: 'part of the country',
    })
    expect(kindReference(kinds)).toContain('| `region` | text | part of the country |')
  })
})
