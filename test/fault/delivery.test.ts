import type { Subject } from '#core/record/kind.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { brokenGuarantees, type LedgerEntry } from './guarantee.ts'
import { seededRandom } from '../random.ts'

/**
 * The table's stream gives batches twice, shuffled, and all over again; the table throttles and its transactions meet
 * others. The seven guarantees are asked of the table and of the clients' ledger; and once everything rests, replaying
 * the whole stream must change not one attribute of the table and send not one e-mail.
 *
 * Seen to fail with the protection switched off:
 * - `deliver` blind to the message's status: the replay sends 202 e-mails;
 * - the event's id drawn instead of derived from the item: the replay starts the runs anew and sends 56 e-mails;
 * - a segment's mark not looked at: the leads never come to rest.
 */

const seed = Number(process.env.HOLDFAST_SEED)
const count = 40

describe(`seed ${seed}`, () => {
  const random = seededRandom(seed)
  const ledger: LedgerEntry[] = []
  const answered = new Set<string>()
  const leads: string[] = []
  let cloud: Cloud

  beforeAll(async () => {
    cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
    await cloud.fault({ streamDuplicate: 0.5, streamReorder: 0.5, seed })
    for (let i = 0; i < count; i++) {
      if (random() < 0.3) await cloud.fault({ throttleTable: 1 + Math.floor(random() * 4) })
      if (random() < 0.3) await cloud.fault({ transactionConflict: 1 + Math.floor(random() * 3) })
      ledger.push(await submit(i))
      if (random() < 0.2) await cloud.advance('1 minute')
    }
    await cloud.settle()
    for (const { acknowledged } of ledger) {
      const { leadId, outcome } = acknowledged[0]!
      if (outcome !== 'lead') continue
      leads.push(leadId!)
      if (random() > 0.3) continue
      const { json: lead } = await cloud.lead(leadId!)
      const { status } = await cloud.addActivity(leadId!, lead.ownerId, { what: 'call' })
      expect(status).toBe(201)
      answered.add(leadId!)
    }
    await cloud.advance('5 hours')
  })
  afterAll(() => cloud?.stop())

  async function submit(i: number): Promise<LedgerEntry> {
    const marker = `marker-${seed}-${i}`
    const entry: LedgerEntry = { key: `key-${i}`, marker, acknowledged: [] }
    const email = random() < 0.1 ? 'known@customer.example' : `c${i}@customer.example`
    do {
      const { status, json, text } = await cloud.postForm(
        { email, country: 'DE', message: marker },
        { 'idempotency-key': entry.key },
      )
      if (status === 503) continue
      expect([201, 202], text).toContain(status)
      // What went to the spool has no outcome yet; the repetition will tell.
      if (status === 202) await cloud.advance('1 minute')
      else entry.acknowledged.push({ status, ...json })
    } while (entry.acknowledged.length === 0)
    return entry
  }

  test('all seven guarantees hold', async () => {
    const items = await cloud.table.dump()
    const unanswered = new Set(leads.filter((id) => !answered.has(id)))
    expect(unanswered.size).toBeGreaterThan(5)
    expect(answered.size).toBeGreaterThan(0)
    const levels = {
      'lead-assigned': 1,
      'lead-reminder': 1,
      'lead-overdue': 1,
      'lead-reassigned': 1,
      'lead-queued': 1,
    }
    expect(brokenGuarantees({ items, ledger, levels, unanswered })).toEqual([])
    const late = items.filter(
      (item) =>
        item.kind === 'message' &&
        answered.has((item.subject as Subject).id) &&
        item.template !== 'lead-assigned' &&
        item.template !== 'lead-merged',
    )
    expect(
      late.map(({ id, template }) => `${template} ${id}`),
      'nobody is chased for what is answered',
    ).toEqual([])
  })

  test('the work is spread as if nothing had come twice', async () => {
    const assigned = (await cloud.table.dump()).filter(
      (item) => item.kind === 'message' && item.template === 'lead-assigned',
    )
    const shares = [...Map.groupBy(assigned, (item) => item.to as string).values()].map((mine) => mine.length)
    expect(Math.max(...shares) - Math.min(...shares), shares.join(', ')).toBeLessThanOrEqual(1)
  })

  test('the whole stream once more changes nothing and sends nothing', async () => {
    const [before, mails] = [await cloud.table.hash(), await cloud.messages()]
    await cloud.fault({ streamReplay: true })
    await cloud.settle()
    expect((await cloud.messages()).slice(mails.length)).toEqual([])
    expect(await cloud.table.hash()).toBe(before)
  })

  test('no queue keeps what it could not hand over', async () => {
    const { json: queues } = await cloud.request('/_local/queues')
    const left = (queues as Record<string, unknown>[]).filter((queue) =>
      Object.values(queue).some((value) => typeof value === 'number' && value > 0),
    )
    expect(left).toEqual([])
  })
})
