import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import { fromItem, toItem } from '#core/record/item.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { decisionKind } from '#core/kind/system/decision.ts'
import { segmentKind } from '#core/kind/system/segment.ts'
import { personId } from '#core/record/id.ts'
import { newFolder, openCloud, type Cloud } from '../cloud.ts'
import { CloudProcess } from '../fault/cloud-process.ts'
import { freePort } from '../port.ts'
import { timelineOf } from './reading.ts'

/**
 * Things are taken away behind the product's back, as a failure that nobody foresaw would. The watchdog must find each
 * of them, set it going again or tell people, once per level, and come to an end. It goes round every five minutes, at
 * the full ones here; what is due at the moment of a round is the next round's.
 */
const at = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
const watchers = ['iryna', 'maria', 'priya']

describe('when its run vanished from Step Functions, a lead', () => {
  let cloud: Cloud
  let lead: Lead
  beforeAll(async () => {
    cloud = await openCloud({ start: at })
    lead = await submit(cloud, 'vanished')
    const db = new DatabaseSync(join(cloud.data, 'cloud.db'))
    db.exec('PRAGMA busy_timeout = 5000; DELETE FROM threads; DELETE FROM executions')
    db.close()
  })
  afterAll(() => cloud?.stop())

  test('is raised to its owner, then put into the watched queue, then raised to the manager, each once', async () => {
    await cloud.advance({ to: '2027-03-01T15:00:00.000Z' })
    const timeline = (await timelineOf(cloud, lead.id)).filter(({ template }) => template !== 'lead-assigned')
    expect(timeline).toEqual([
      { at: '2027-03-01T09:40:00.000Z', template: 'lead-raised', to: lead.ownerId },
      { at: '2027-03-01T10:50:00.000Z', template: 'lead-queued', to: expect.toBeOneOf(watchers) },
      { at: '2027-03-01T14:55:00.000Z', template: 'lead-raised', to: expect.toBeOneOf(watchers) },
    ])
    const [, queued, last] = timeline.map(({ to }) => to)
    expect(last).not.toBe(queued)
    if (queued !== 'maria') expect(last, 'the manager hears of it in the end').toBe('maria')
    expect((await cloud.lead(lead.id)).json).toMatchObject({ status: 'open', queueId: 'unanswered' })
    const { alerts } = (await cloud.alerts('viktor')).json
    expect(
      alerts.filter((alert: { subject?: { id: string } }) => alert.subject?.id === lead.id).length,
    ).toBeGreaterThan(0)
  })

  test('is not raised for ever: after the last level an open alert is what remains', async () => {
    const before = await timelineOf(cloud, lead.id)
    await cloud.advance('1 day')
    expect(await timelineOf(cloud, lead.id)).toEqual(before)
    const alert = (await cloud.alerts('viktor')).json.alerts.find(
      (entry: { subject?: { id: string } }) => entry.subject?.id === lead.id,
    )
    expect(alert).toMatchObject({ what: 'overdue' })
    const acknowledged = await cloud.request(`/alerts/${encodeURIComponent(alert.id)}/acknowledge`, {
      json: {},
      user: 'viktor',
    })
    expect(acknowledged.status).toBe(200)
    expect((await cloud.alerts('viktor')).text).not.toContain(alert.id)
  })
})

describe('while the world is otherwise in order', () => {
  let cloud: Cloud
  beforeAll(async () => void (cloud = await openCloud({ start: at })))
  afterAll(() => cloud?.stop())

  test('a lead whose run’s record is gone is told of as a failed run and does not stay without an answer', async () => {
    const lead = await submit(cloud, 'recordless')
    const run = await itemOf(cloud, (item) => item.kind === segmentKind.kind && item.about === lead.id)
    await cloud.table.remove(run)
    await cloud.advance('45 minutes')
    const { alerts } = (await cloud.alerts('viktor')).json
    expect(
      alerts.filter(
        (alert: { what: string; subject?: { id: string } }) =>
          alert.what === 'run-failed' && alert.subject?.id === lead.id,
      ),
    ).toHaveLength(1)
    const told = (await timelineOf(cloud, lead.id)).filter(({ template }) => template === 'lead-raised')
    expect(told.map(({ to }) => to)).toContain('maria')
  })

  test('a lead that no workflow took up is announced again and then routed', async () => {
    const model = await submit(cloud, 'model')
    const now = await cloud.now()
    const lost: Lead = {
      ...model,
      id: `${model.id.slice(0, -4)}0000` as Lead['id'],
      version: 7,
      status: 'lost',
      contact: { name: 'Overlooked' },
      createdAt: now,
    }
    for (const field of ['teamId', 'ownerId', 'respondBy', 'runId', 'next', 'due', 'priority'] as const)
      delete lost[field]
    await cloud.table.put(toItem(leadKind, lost))
    await cloud.settle()
    // Reopened without anybody being told: nothing but the watchdog can know.
    const overlooked = {
      ...lost,
      version: 8,
      status: 'open',
      queueId: 'intake',
      next: 'route',
      due: now,
    }
    await cloud.table.put(toItem(leadKind, overlooked as Lead))
    await cloud.advance('5 minutes')
    const { json } = await cloud.lead(lost.id)
    expect(json).toMatchObject({ status: 'open', teamId: 'sales-dach' })
    expect(json.ownerId).toBeTruthy()
    expect((await timelineOf(cloud, lost.id)).map(({ template }) => template)).toEqual(['lead-assigned'])
  })

  test('a message that can never be sent becomes an alert', async () => {
    const lead = await submit(cloud, 'undeliverable')
    const ghost = {
      tenant: 'main',
      version: 1,
      subject: { kind: 'lead', id: lead.id },
      at: await cloud.now(),
      id: 'test.ghost',
      entries: [],
      messages: [{ to: personId.parse('nobody'), template: 'lead-raised' as const }],
    }
    await cloud.table.put(toItem(decisionKind, ghost))
    await cloud.settle()
    const { alerts } = (await cloud.alerts('viktor')).json
    expect(
      alerts.filter(
        (alert: { what: string; subject?: { id: string } }) =>
          alert.what === 'message-failed' && alert.subject?.id === lead.id,
      ),
    ).toHaveLength(1)
  })
})

test(
  'a lead whose e-mail is lost on its way is not: its promise reminds of it',
  { timeout: 120_000 },
  async () => {
    const cloud = new CloudProcess(newFolder(), await freePort(), at)
    try {
      await cloud.start()
      await cloud.ready()
      const { client } = cloud
      await client.fault({ pause: { 'HoldfastAutomation-OnDeliverMail': true } })
      const waiting = async (): Promise<number> =>
        ((await client.request('/_local/queues')).json as Record<string, unknown>[])
          .flatMap((queue) => Object.values(queue))
          .reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)
      const post = async (name: string, count: number): Promise<string> => {
        const fields = { name, email: `${name}@customer.example`, country: 'DE' }
        const { leadId } = (await client.postForm(fields)).json
        // Nothing comes to rest while an entry waits in the queue.
        while ((await waiting()) < count) await client.now()
        return leadId as string
      }
      const leadId = await post('unsent', 1)
      // The stream gives the next one only when the first is handed over, so it is not told of again.
      await post('next', 2)
      await cloud.kill()
      const db = new DatabaseSync(join(cloud.data, 'cloud.db'))
      expect(db.prepare('DELETE FROM messages WHERE instr(body, ?)').run(leadId).changes).toBe(1)
      db.close()
      await cloud.start()
      await cloud.ready()
      await client.settle()
      expect(await client.mailsAbout(leadId)).toEqual([])
      const { events } = (await client.history(leadId, 'iryna')).json
      expect(events.filter(({ what }: { what: string }) => what === 'message')).toMatchObject([
        { template: 'lead-assigned', status: 'pending' },
      ])
      await client.advance('31 minutes')
      expect((await client.mailsAbout(leadId)).map(({ subject }) => subject)).toEqual([
        expect.stringMatching(/^Still waiting/),
      ])
    } finally {
      await cloud.remove()
    }
  },
)

async function submit(cloud: Cloud, name: string): Promise<Lead> {
  const { json } = await cloud.postForm({ name, email: `${name}@customer.example`, country: 'DE' })
  await cloud.settle()
  return fromItem(leadKind, await itemOf(cloud, (item) => item.kind === 'lead' && item.id === json.leadId))
}

async function itemOf(cloud: Cloud, where: (item: Item) => boolean): Promise<Item> {
  const item = (await cloud.table.dump()).find(where)
  if (!item) throw new Error('there is no such item')
  return item
}
