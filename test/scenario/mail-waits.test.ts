import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import { newFolder, openCloud, type Client, type Cloud } from '../cloud.ts'
import { CloudProcess } from '../fault/cloud-process.ts'
import { freePort } from '../port.ts'

/* A new AWS account: SES is in its sandbox and the sender not verified; days later AWS and the firm are ready. */

const start = '2027-03-01T09:00:00.000Z'
const newAccount = { sandbox: true, unverified: ['crm@example.com'] }
const ready = { sandbox: false, unverified: [] }

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start })))
afterAll(() => cloud?.stop())

const post = async (client: Client, name: string): Promise<string> => {
  const email = `${name.toLowerCase()}@customer.example`
  const { json } = await client.postForm({ name, email, country: 'DE' })
  return json.leadId as string
}
const statusesOf = (items: readonly Item[]): Record<string, number> => {
  const found: Record<string, number> = {}
  for (const item of items)
    if (item.kind === 'message') found[String(item.status)] = (found[String(item.status)] ?? 0) + 1
  return found
}
const waitsOf = async (client: Client) =>
  ((await client.alerts('maria')).json.alerts as { what: string; text: string; waiting: number }[]).filter(
    ({ what }) => what === 'mail-waits',
  )
/** The message ids of what arrived; the tag stands in each e-mail. */
const arrived = async (client: Client): Promise<string[]> =>
  (await client.messages()).map(({ tags }) => `${tags!.lead} ${tags!.message}`)

test('an account in the sandbox for three days loses no e-mail that still makes sense, and sends none twice', async () => {
  await cloud.fault({ mail: newAccount })
  const early = await post(cloud, 'Early')
  await cloud.settle()
  expect(await cloud.messages()).toEqual([])
  const told = (await cloud.history(early, 'iryna')).json.events as Record<string, any>[]
  expect(told.filter(({ what }) => what === 'message')).toMatchObject([
    { status: 'waiting', waited: { for: 'sender-not-verified' } },
  ])
  await cloud.advance('10 minutes')
  const [alert, ...others] = await waitsOf(cloud)
  expect(others).toEqual([])
  expect(alert!.text).toContain('crm@example.com')
  expect(alert!.text).toContain('Identities')
  expect(alert!.waiting).toBe(1)

  await cloud.advance('3 days')
  const late = await post(cloud, 'Late')
  await cloud.settle()
  expect(await cloud.messages()).toEqual([])
  const before = statusesOf(await cloud.table.dump())
  expect(before.failed).toBeUndefined()
  expect(before.waiting).toBeGreaterThan(2)

  await cloud.fault({ mail: ready })
  await cloud.advance('75 minutes')
  const after = statusesOf(await cloud.table.dump())
  expect(after.waiting).toBeUndefined()
  expect(after.pending).toBeUndefined()
  expect(after.failed).toBeUndefined()
  const mails = await arrived(cloud)
  expect(new Set(mails).size).toBe(mails.length)
  expect(mails.length).toBe(after.sent)
  // Its first owner has it no more; whoever watches the queue that it came to is told, and that it is late.
  const aboutEarly = await cloud.mailsAbout(early)
  expect(aboutEarly.length).toBeGreaterThan(0)
  expect(aboutEarly.map(({ subject }) => subject).join('\n')).not.toMatch(/^New lead/m)
  expect((await cloud.mailsAbout(late)).length).toBeGreaterThan(0)
  expect(await waitsOf(cloud)).toEqual([])
})

test('in the sandbox a verified colleague is told at once, the others when they are verified', async () => {
  await cloud.fault({
    mail: { sandbox: true, unverified: [], verified: ['anna.becker@northwind.example', 'crm@example.com'] },
  })
  const leads = []
  for (const name of ['Uno', 'Due', 'Tre', 'Quattro', 'Cinque', 'Sei']) leads.push(await post(cloud, name))
  await cloud.settle()
  const mails = (await Promise.all(leads.map((lead) => cloud.mailsAbout(lead)))).flat()
  expect([...new Set(mails.flatMap(({ to }) => to))]).toEqual(['anna.becker@northwind.example'])
  await cloud.advance('10 minutes')
  const [alert] = await waitsOf(cloud)
  expect(alert!.text).toContain('Request production access')
  await cloud.fault({ mail: { sandbox: false, verified: [] } })
  await cloud.advance('20 minutes')
  for (const lead of leads) expect((await cloud.mailsAbout(lead)).length).toBeGreaterThan(0)
})

test('the quota of a day holds e-mails back until there is room again', async () => {
  await cloud.fault({ mail: { quota: 0 } })
  const lead = await post(cloud, 'Tomorrow')
  await cloud.advance('10 minutes')
  expect(await cloud.mailsAbout(lead)).toEqual([])
  expect((await waitsOf(cloud)).map(({ text }) => text)).toEqual([expect.stringContaining('24 hours')])
  await cloud.fault({ mail: { quota: false } })
  await cloud.advance('15 minutes')
  expect((await cloud.mailsAbout(lead)).length).toBe(1)
})

test('killed while e-mails wait and again while they flow, none is lost', { timeout: 120_000 }, async () => {
  const killed = new CloudProcess(newFolder(), await freePort(), start)
  try {
    await killed.start()
    await killed.ready()
    const { client } = killed
    await client.fault({ mail: newAccount })
    for (let i = 0; i < 6; i++) await post(client, `Kill${i}`)
    await client.settle()
    await client.advance('10 minutes')
    await killed.kill()
    await killed.start()
    await killed.ready()
    await client.settle()
    expect(await client.messages()).toEqual([])
    await client.fault({ mail: ready })
    await client.advance('15 minutes')
    await killed.kill()
    await killed.start()
    await killed.ready()
    await client.advance('90 minutes')
    const items = await (await killed.table()).dump()
    const ours = items.filter((item) => item.kind === 'message')
    expect(ours.filter(({ status }) => status !== 'sent' && status !== 'skipped')).toEqual([])
    const mails = new Set(await arrived(client))
    const sent = ours.filter(({ status }) => status === 'sent')
    expect(sent.length).toBeGreaterThanOrEqual(6)
    for (const { about, id } of sent)
      expect(mails).toContain(`${String(about)} ${String(id).replace(/[^A-Za-z0-9_-]/g, '_')}`)
  } finally {
    await killed.remove()
  }
})
