import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import { fromItem, toItem } from '#core/record/item.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { messageKind, type Message } from '#core/kind/system/message.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

/**
 * Things are taken away behind the product's back, as a failure that nobody foresaw would. The watchdog must find each
 * of them, set it going again or tell people, once per level, and come to an end. It goes round every five minutes, at
 * the full ones here; what is due at the moment of a round is the next round's.
 */
const at = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin

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

  test('is raised to its owner and the manager, then put into the watched queue, each once', async () => {
    await cloud.advance({ to: '2027-03-01T15:00:00.000Z' })
    const timeline = (await timelineOf(cloud, lead.id)).filter(({ template }) => template !== 'lead-assigned')
    expect(timeline).toEqual([
      ...[String(lead.ownerId), 'maria']
        .toSorted()
        .map((to) => ({ at: '2027-03-01T09:40:00.000Z', template: 'lead-raised', to })),
      ...['iryna', 'maria', 'priya'].map((to) => ({
        at: '2027-03-01T10:50:00.000Z',
        template: 'lead-queued',
        to,
      })),
      ...['iryna', 'maria', 'priya'].map((to) => ({
        at: '2027-03-01T14:55:00.000Z',
        template: 'lead-raised',
        to,
      })),
    ])
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
    const run = await itemOf(cloud, (item) => item.kind === 'run' && item.about === lead.id)
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

  test('a message that was decided and never sent is sent after all, once', async () => {
    const lead = await submit(cloud, 'unsent')
    const item = await itemOf(cloud, (entry) => entry.kind === 'message' && entry.about === lead.id)
    const { sentAt: _, providerId: __, ...message } = fromItem(messageKind, item)
    await cloud.table.put(toItem(messageKind, { ...message, status: 'pending' }))
    await cloud.settle()
    expect(await cloud.mailsAbout(lead.id)).toHaveLength(1)
    await cloud.advance('15 minutes')
    expect(await cloud.mailsAbout(lead.id)).toHaveLength(2)
    expect(await itemOf(cloud, (entry) => entry.pk === item.pk && entry.sk === item.sk)).toMatchObject({
      status: 'sent',
    })
  })

  test('a message that can never be sent becomes an alert', async () => {
    const lead = await submit(cloud, 'undeliverable')
    const item = await itemOf(cloud, (entry) => entry.kind === 'message' && entry.about === lead.id)
    const message = fromItem(messageKind, item)
    const ghost = {
      ...message,
      id: 'test.ghost',
      to: 'nobody',
      version: 1,
      status: 'pending',
      createdAt: await cloud.now(),
    }
    await cloud.table.put(toItem(messageKind, ghost as Message))
    await cloud.advance('2 hours')
    const { alerts } = (await cloud.alerts('viktor')).json
    expect(
      alerts.filter(
        (alert: { what: string; subject?: { id: string } }) =>
          alert.what === 'message-failed' && alert.subject?.id === lead.id,
      ),
    ).toHaveLength(1)
  })
})

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
