import { afterAll, beforeAll, expect, test } from 'vitest'
import { perAddress } from '#core/access/flood.ts'
import { ownFields } from '#core/html/own-field.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { count, nameOf, receiptOf } from './reading.ts'

const start = '2027-03-01T08:00:00.000Z'
let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start })))
afterAll(() => cloud?.stop())

const robot = (name: string) => ({
  name,
  email: `${name.toLowerCase()}@customer.example`,
  country: 'DE',
  [ownFields.honeypot]: 'https://cheap.example',
})

test('a submission whose hidden field is filled in is kept aside and looks accepted to the robot', async () => {
  const answer = await cloud.submitForm(robot('Bot'))
  expect(answer.status).toBe(303)
  await cloud.settle()
  const items = await cloud.table.dump()
  const submission = items.find((item) => item.id === receiptOf(answer))
  expect(submission).toMatchObject({ outcome: 'quarantined', suspicion: ['honeypot'] })
  expect(count(items, 'lead', (item) => nameOf(item) === 'Bot')).toBe(0)
  expect((await cloud.messages()).filter((mail) => mail.text.includes('Bot'))).toEqual([])
})

test('a form that is sent faster than anybody can type is kept aside', async () => {
  const answer = await cloud.submitForm({
    name: 'Swift',
    email: 'swift@customer.example',
    [ownFields.shown]: String(Date.parse(await cloud.now()) - 500),
  })
  const submission = (await cloud.table.dump()).find((item) => item.id === receiptOf(answer))
  expect(submission).toMatchObject({ outcome: 'quarantined', suspicion: ['too-fast'] })
})

test('what is kept aside is shown to a manager with the reason, and to no rep', async () => {
  const answer = await cloud.postForm(robot('Listed'))
  expect(answer.json.outcome).toBe('quarantined')
  const shown = await cloud.quarantine('maria')
  expect(shown.status).toBe(200)
  expect(shown.text).toContain(answer.json.submissionId)
  expect(shown.text).toContain('honeypot')
  expect((await cloud.quarantine('anna')).status).toBe(403)
})

test('what is restored becomes a lead whose promise counts from the restoring', async () => {
  const { json } = await cloud.postForm(robot('Human'))
  await cloud.advance({ to: '2027-03-02T09:00:00.000Z' }) // Tuesday, 10 in Berlin
  const restored = await cloud.restore(json.submissionId, 'maria')
  expect(restored.status).toBeLessThan(300)
  await cloud.settle()
  const items = await cloud.table.dump()
  const submission = items.find((item) => item.id === json.submissionId)!
  expect(submission).toMatchObject({ outcome: 'lead', restoredBy: 'maria' })
  const lead = items.find((item) => item.kind === 'lead' && item.id === submission.leadId)!
  expect(lead).toMatchObject({ status: 'open', respondBy: '2027-03-02T09:30:00.000Z' })
  const mails = await cloud.mailsAbout(lead.id as string)
  expect(mails).toHaveLength(1)

  await cloud.advance({ to: '2027-03-02T09:31:00.000Z' })
  expect((await cloud.mailsAbout(lead.id as string)).length, 'its deadline is watched').toBeGreaterThan(1)
  expect((await cloud.quarantine('maria')).text).not.toContain(json.submissionId)
})

test('restoring twice makes one lead', async () => {
  const { json } = await cloud.postForm(robot('Doubly'))
  const answers = await Promise.all([
    cloud.restore(json.submissionId, 'maria'),
    cloud.restore(json.submissionId, 'iryna'),
  ])
  expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThanOrEqual(1)
  expect(answers.every(({ status }) => status < 300 || status === 409)).toBe(true)
  await cloud.restore(json.submissionId, 'maria')
  expect(count(await cloud.table.dump(), 'lead', (item) => nameOf(item) === 'Doubly')).toBe(1)
})

test('a restored submission of a known customer is merged', async () => {
  const { json: open } = await cloud.postForm({ name: 'Known', email: 'known@customer.example' })
  const { json: aside } = await cloud.postForm({ ...robot('Known'), message: 'again' })
  expect(aside.outcome).toBe('quarantined')
  await cloud.restore(aside.submissionId, 'maria')
  const submission = (await cloud.table.dump()).find(
    (item) => item.kind === 'submission' && item.id === aside.submissionId,
  )
  expect(submission).toMatchObject({ outcome: 'merged', leadId: open.leadId })
})

test('what nobody restores is never deleted', async () => {
  const { json } = await cloud.postForm(robot('Forgotten'))
  await cloud.advance('1 day')
  const submission = (await cloud.table.dump()).find((item) => item.id === json.submissionId)!
  expect(submission.outcome).toBe('quarantined')
  expect(submission.expiresAt).toBeUndefined()
})

test('its watcher is told once each business morning what waits, until nothing does', async () => {
  const own = await openCloud({ start: '2027-03-05T12:00:00.000Z' }) // Friday
  try {
    const { json } = await own.postForm(robot('Weekend'))
    const mails = async () => (await own.messages()).filter(({ text }) => text.includes('/open/quarantine'))
    await own.advance({ to: '2027-03-08T07:59:00.000Z' }) // Monday, a minute before nine in Berlin
    expect(await mails()).toEqual([])
    await own.advance({ to: '2027-03-08T18:00:00.000Z' })
    const [mail, ...more] = await mails()
    expect(more).toEqual([])
    expect(String(mail!.to)).toBe('viktor.lebedev@northwind.example')
    expect(new Date(mail!.at).toISOString().slice(0, 14)).toBe('2027-03-08T08:')
    expect(mail!.text).toContain(json.submissionId)
    expect(mail!.text).toContain('Weekend')
    await own.advance({ to: '2027-03-09T18:00:00.000Z' })
    expect(await mails()).toHaveLength(2)
    await own.restore(json.submissionId, 'viktor')
    await own.advance({ to: '2027-03-11T18:00:00.000Z' })
    expect(await mails()).toHaveLength(2)
    const page = await own.request('/open/quarantine', { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    expect(page.text).toContain('/restore')
  } finally {
    await own.stop()
  }
})

test('a flood from one address is kept aside and costs little; others go on being customers', async () => {
  const own = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  try {
    const post = (name: string, headers: Record<string, string> = {}) =>
      own.postForm({ name, email: `${name}@customer.example`, message: 'Hello' }, headers)
    const outcomes = async (names: string[], headers?: Record<string, string>) => {
      const answers = []
      for (const name of names) answers.push(await post(name, headers))
      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201))
      return answers.map(({ json }) => json.outcome)
    }
    const bots = (from: number, count: number) => Array.from({ length: count }, (_, i) => `bot${from + i}`)

    await own.fault({ sourceIp: '203.0.113.9' })
    expect(new Set(await outcomes(bots(0, perAddress.atOnce)))).toEqual(new Set(['lead']))
    await own.settle()
    const mails = (await own.messages()).length
    await own.request('/_local/cost/reset', { json: {} })
    const forged = { 'x-forwarded-for': '198.51.100.1', 'x-holdfast-viewer': '198.51.100.1' }
    expect(new Set(await outcomes(bots(100, 10)))).toEqual(new Set(['quarantined']))
    expect(await outcomes(['forger'], forged)).toEqual(['quarantined'])
    await own.settle()
    // A lead takes some thirty until its owner is told.
    expect(await own.cost()).toMatchObject({ writeUnits: 11 * 5, events: 0, transitions: 0, mails: 0 })
    expect((await own.messages()).length).toBe(mails)

    await own.fault({ sourceIp: '203.0.113.10' })
    expect(await outcomes(['ada'])).toEqual(['lead'])
    await own.fault({ sourceIp: '' })
    const waiting = (await own.quarantine('maria')).json.submissions
    expect(waiting).toHaveLength(11)
    expect(new Set(waiting.flatMap((one: { suspicion: string[] }) => one.suspicion))).toEqual(
      new Set(['flood']),
    )
    const restored = await own.restore(waiting[0].id, 'maria')
    expect(restored.json).toMatchObject({ outcome: 'lead' })

    // Sixty-one pauses later the bucket is full again.
    await own.advance(`${perAddress.everyMilliseconds * (perAddress.atOnce + 1)} milliseconds`)
    await own.fault({ sourceIp: '203.0.113.9' })
    expect(await outcomes(['later'])).toEqual(['lead'])
  } finally {
    await own.stop()
  }
})
