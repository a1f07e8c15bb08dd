import { expect, test } from 'vitest'
import { northwindMessages as messages } from '../../../test/fixture/northwind.ts'
import { toInstant } from '../../record/id.ts'
import { fromItem, toItem } from '../../record/item.ts'
import { messageKind } from '../../kind/system/message.ts'
import { segmentKey } from '../../kind/system/segment.ts'
import { alertKind } from '../../kind/system/alert.ts'
import {
  company,
  id,
  minutes,
  monday,
  newLead,
  plainPress,
  story,
  tenant,
  kinds,
  letters,
} from '../../workflow/fixture.ts'
import { deliver, type Send } from './deliver.ts'
import { wordsAsSent } from '../sent-words.ts'

type Stage = Awaited<ReturnType<typeof story>>

/** Where the stream says that the first message of a segment is to be delivered. */
const place = (segment: number) => ({
  ...segmentKey({ tenant, id, workflow: 'follow', occurrence: '1' }, segment),
  number: 0,
})

async function send(
  stage: Stage,
  at: Parameters<typeof deliver>[0] = place(0),
  answer: Awaited<ReturnType<Send>> = { id: 'ses-1' },
  published = messages,
) {
  const mails: string[] = []
  const outcome = await deliver(at, {
    kinds,
    letters,
    store: stage.store,
    company,
    messages: published,
    publicUrl: 'https://crm.example',
    press: plainPress,
    now: stage.clock.now,
    send: async (mail) => {
      mails.push(`${mail.to}: ${mail.subject}`)
      return answer
    },
  })
  return { outcome, mails }
}

async function announced(): Promise<Stage> {
  const stage = await story()
  await stage.segment(stage.calls[0])
  return stage
}

test('a message is sent to its recipient and marked with what the provider calls it', async () => {
  const stage = await announced()
  const { outcome, mails } = await send(stage)
  expect(outcome).toBe('sent')
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain(`${(await stage.lead()).ownerId}@example.com: `)
  expect(await stage.messages()).toMatchObject([
    { status: 'sent', providerId: 'ses-1', sentAt: toInstant(monday), version: 1 },
  ])
})

test('a message keeps the words that were sent, whatever becomes of its lead', async () => {
  const stage = await announced()
  await stage.change((lead) => ({ ...lead, contact: { name: 'Ada' } }))
  await send(stage)
  await stage.change((lead) => ({ ...lead, contact: { name: 'Somebody else' } }))
  const [message] = await stage.messages()
  const words = wordsAsSent(message!, plainPress)
  expect(words?.subject).toContain('Ada')
  expect(words?.text).toMatch(/Ada[\s\S]*https:\/\/crm\.example\/open\/lead_1/)
  expect(words?.cut).toBeUndefined()
})

test('a message that was sent is not sent again', async () => {
  const stage = await announced()
  await send(stage)
  expect(await send(stage)).toEqual({ outcome: 'sent', mails: [] })
})

test('a message that is refused for good becomes an alert', async () => {
  const stage = await announced()
  const refused = await send(stage, undefined, { refused: 'MessageRejected' })
  expect(refused.outcome).toBe('failed')
  expect(await stage.messages()).toMatchObject([{ status: 'failed', error: 'MessageRejected' }])
  expect((await stage.messages())[0]?.words).toBeUndefined()
  expect(stage.store.all().filter(({ kind }) => kind === alertKind.kind)).toMatchObject([
    { line: { what: 'message-failed' } },
  ])
})

test('a message that is refused for no fault of its own waits, and is sent once it may', async () => {
  const stage = await announced()
  const waits = { code: 'sender-not-verified', whose: 'account' as const, remedy: 'Verify it.' }
  expect((await send(stage, undefined, { waits })).outcome).toBe('waiting')
  const [waiting] = await stage.messages()
  expect(waiting).toMatchObject({
    status: 'waiting',
    hold: { cause: 'sender-not-verified', whose: 'account', remedy: 'Verify it.', at: toInstant(monday) },
  })
  // The queue may bring it once more; only the watchdog lets it try again.
  expect(await send(stage)).toEqual({ outcome: 'waiting', mails: [] })
  const released = { ...waiting!, version: 2, status: 'pending' as const, releasedAt: toInstant(monday) }
  await stage.store.write([{ do: 'replace', item: toItem(messageKind, released), seen: 1 }])
  const { pk, sk } = messageKind.keys(released)
  expect((await send(stage, { pk, sk })).outcome).toBe('sent')
  expect((await stage.messages())[0]).toMatchObject({
    status: 'sent',
    hold: { cause: 'sender-not-verified' },
  })
})

test('a message whose sending failed stays as it is, to be tried again', async () => {
  const stage = await announced()
  const context = {
    kinds,
    letters,
    store: stage.store,
    company,
    messages,
    publicUrl: 'https://crm.example',
    press: plainPress,
    now: monday,
    send: async () => {
      throw new Error('throttled')
    },
  }
  await expect(deliver(place(0), context)).rejects.toThrow('throttled')
  expect(await stage.messages()).toMatchObject([{ status: 'pending' }])
  expect(stage.store.all().filter(({ kind }) => kind === messageKind.kind)).toEqual([])
})

test('a message to somebody who has left the company becomes an alert', async () => {
  const stage = await announced()
  const { [(await stage.lead()).ownerId!]: _, ...people } = company.people
  const outcome = await deliver(place(0), {
    kinds,
    letters,
    store: stage.store,
    company: { ...company, people },
    messages,
    publicUrl: 'https://crm.example',
    press: plainPress,
    now: monday,
    send: async () => ({ id: 'never' }),
  })
  expect(outcome).toBe('failed')
})

test('a message whose file was taken away since becomes an alert, and is not lost in silence', async () => {
  const stage = await announced()
  const { 'lead-assigned': _, 'work-assigned': __, ...others } = messages
  const outcome = await deliver(place(0), {
    kinds,
    letters,
    store: stage.store,
    company,
    messages: others,
    publicUrl: 'https://crm.example',
    press: plainPress,
    now: monday,
    send: async () => ({ id: 'never' }),
  })
  expect(outcome).toBe('failed')
  const alert = stage.store.all().find(({ kind }) => kind === alertKind.kind)!
  expect(fromItem(alertKind, alert).text).toContain('messages/lead-assigned.yaml')
})

test('what its kind has no file for is told in the words for any kind', async () => {
  const stage = await announced()
  const { 'lead-assigned': _, ...others } = messages
  const { outcome, mails } = await send(stage, place(0), { id: 'ses-1' }, others)
  expect(outcome).toBe('sent')
  expect(mails[0]).toMatch(/: Lead: Olha, by /)
})

test('nobody is reminded of a lead that was answered while the reminder waited to be sent', async () => {
  const stage = await story()
  await stage.follow(2)
  await stage.change((lead) => ({ ...lead, answeredAt: toInstant(stage.clock.now + minutes(1)) }))
  expect(await send(stage, place(1))).toEqual({ outcome: 'skipped', mails: [] })
  expect((await send(stage)).outcome).toBe('sent')
})

test('a message of a lead that was erased is gone', async () => {
  expect((await send(await story(newLead()))).outcome).toBe('gone')
})

test('of two that deliver a message at once both send it, and one item says so', async () => {
  const stage = await announced()
  const [one, two] = await Promise.all([send(stage), send(stage)])
  expect([one.outcome, two.outcome]).toEqual(['sent', 'sent'])
  expect(stage.store.all().filter(({ kind }) => kind === messageKind.kind)).toHaveLength(1)
})
