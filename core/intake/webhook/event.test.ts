import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { leadId, newId } from '../../model/base.ts'
import { readCompany } from '../../company/company-read.ts'
import { parseYaml } from '../../source/yaml.ts'
import { memoryStore } from '../../store/memory.ts'
import { rulesOf } from '../../workflow/rules.ts'
import { arrive, type Post } from '../arrival.ts'
import { readJsonBody } from '../body/body.ts'
import { takeIn } from '../take-in.ts'

const folder = new URL('../../../company/', import.meta.url)
const company = readCompany(
  readdirSync(folder).map((file) => parseYaml(file, readFileSync(new URL(file, folder), 'utf8'))),
)
const rules = rulesOf({ company, tables: {} })
const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())
const start = Date.parse('2027-03-01T08:00:00.000Z')
const minute = 60_000
const day = 24 * 60 * minute

function door() {
  const store = memoryStore()
  let ids = 0
  return (form: string, body: object, at = start, more: Partial<Post> = {}) => {
    const post: Post = {
      tenant: 'main',
      door: 'form',
      formId: form,
      fields: readJsonBody(new TextEncoder().encode(JSON.stringify(body)), undefined).fields,
      contentType: 'application/json',
      ...more,
    }
    const id = leadId.parse(newId('lead', start, new Uint8Array(10).fill(++ids)))
    return takeIn(store, arrive(post, company, at, id, sha256), rules)
  }
}

const tally = (email: string, more: object = {}) => ({
  eventId: 'e-1',
  data: {
    fields: [
      { label: 'E-Mail', value: email },
      { label: 'Name', value: 'Bo Ray' },
    ],
  },
  ...more,
})

test.each([31 * minute, day, 400 * day])(
  'the same event of a service %i ms later is the same receipt',
  async (later) => {
    const post = door()
    const first = await post('tally', tally('b@c.example', { attempt: 1 }))
    expect(first).toMatchObject({ outcome: 'lead' })
    expect(await post('tally', tally('b@c.example', { attempt: 2 }), start + later)).toEqual(first)
  },
)

test('a number that is none of an event loses nobody: who says something else under it is stored for himself', async () => {
  const post = door()
  const first = await post('tally', tally('b@c.example'))
  const other = await post('tally', tally('d@c.example'), start + day)
  expect(other).toMatchObject({ outcome: 'lead' })
  expect(other.submissionId).not.toBe(first.submissionId)
  expect(await post('tally', tally('d@c.example', { attempt: 2 }), start + 2 * day)).toEqual(other)
  expect(await post('tally', tally('b@c.example', { attempt: 3 }), start + 3 * day)).toEqual(first)
})

test('the same number at another form is another event', async () => {
  const post = door()
  const first = await post('tally', tally('b@c.example'))
  const other = await post('webflow', { payload: { id: 'e-1', data: { email: 'b@c.example' } } })
  expect(other).toMatchObject({ outcome: 'merged', leadId: first.leadId })
})

test('who did not prove to be the service is kept aside, and occupies no number of a real event', async () => {
  const post = door()
  const forged = await post('typeform', tally('b@c.example', { event_id: 'e-2' }), start, {
    isUnproven: true,
  })
  expect(forged).toMatchObject({ outcome: 'quarantined' })
  const real = await post('typeform', tally('b@c.example', { event_id: 'e-2' }), start + 1000)
  expect(real).toMatchObject({ outcome: 'lead' })
})
