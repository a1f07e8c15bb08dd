import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrive, type Arrival } from '#core/intake/arrival.ts'
import { ownFields } from '#core/html/own-field.ts'
import { takeIn, takeInRestored } from '#core/intake/take-in.ts'
import { leadId, newId } from '#core/record/id.ts'
import type { Company } from '#core/company/company.ts'
import { Fault } from '#core/record/fault.ts'
import { memoryStore } from '#core/store/memory.ts'
import { machinery } from '#core/workflow/fixture.ts'
import { rulesOf } from '#core/workflow/rules.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { brokenGuarantees, type LedgerEntry } from './guarantee.ts'
import { unreliable } from './unreliable-store.ts'

/**
 * Many people submit at once, repeat themselves, are restored from the quarantine, and the store fails before or after
 * it has written: every order in which their steps can meet, drawn by fast-check, which prints seed and path of a
 * failure. Guarantees 1, 2, 3, 5 and 7.
 *
 * Seen to fail with the protection switched off:
 * - e-mail and phone claimed without their unique item: after 7 draws, "one open lead per customer: expected 1 to be 2";
 * - acknowledged without waiting for the transaction: at the first draw, "1: … was answered 201 and is not stored";
 * - a submission's id drawn instead of derived from its key: at the first draw, "2: key-0 is stored 7 times".
 */

const runs = 2_000
const start = Date.parse('2027-03-01T08:00:00.000Z')
const words = { en: '-', uk: '-', ru: '-' }
const company = {
  name: 'Company',
  calendars: {},
  people: {},
  teams: {},
  queues: {},
  forms: {
    demo: {
      title: words,
      intro: words,
      thanks: words,
      consent: words,
      country: 'DE',
      languages: ['en'],
      fields: (['name', 'email', 'phone', 'message'] as const).map((name) => ({
        name,
        fills: name,
        type: 'text',
        label: words,
      })),
    },
  },
} as unknown as Company
const tools = { rules: rulesOf({ company, tables: {} }, machinery), press: submissionPress }

/** What one client does: submits one thing under one key until it is acknowledged, some of them again afterwards. */
const clients = fc.array(
  fc.record({
    /** clients with the same number share key and content */
    submission: fc.nat(7),
    /** customers are few, so that they meet */
    customer: fc.nat(2),
    phone: fc.option(fc.nat(1), { nil: undefined }),
    robot: fc.boolean(),
    repeats: fc.nat(1),
    restores: fc.boolean(),
  }),
  { minLength: 2, maxLength: 7 },
)
test(
  'whatever the order, each submission is stored once and makes one lead, one merge or one quarantined item',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        clients,
        fc.infiniteStream(fc.nat(9)),
        fc.scheduler(),
        async (scenario, weather, scheduler) => {
          const memory = memoryStore()
          const store = unreliable(memory, scheduler, weather)
          const ledger = new Map<number, LedgerEntry>()
          let serial = 0

          async function submit(client: (typeof scenario)[number]): Promise<void> {
            const { submission } = client
            const shared = scenario.find((other) => other.submission === submission)!
            const entry = ledger.get(submission) ?? {
              key: `key-${submission}`,
              marker: `marker-${submission}`,
              acknowledged: [],
            }
            ledger.set(submission, entry)
            for (let i = 0; i <= client.repeats; i++) {
              const answer = await persist(() => takeIn(store, arrivalOf(shared, serial++), tools))
              entry.acknowledged.push({ status: 201, ...answer })
              if (client.restores && answer.outcome === 'quarantined')
                await persist(() =>
                  takeInRestored(store, tools, {
                    tenant: 'main',
                    id: answer.submissionId,
                    by: 'maria',
                    now: start + 60_000,
                    leadId: leadId.parse(newId('lead', start, random(serial++))),
                  }),
                )
            }
          }

          const done = Promise.all(scenario.map(submit))
          await scheduler.waitFor(done)
          const items = memory.all()
          expect(brokenGuarantees({ items, ledger: [...ledger.values()] })).toEqual([])
          const claimed = items.filter((item) => item.kind === 'unique').map((item) => item.pk)
          expect(new Set(claimed).size).toBe(claimed.length)
          const emails = items
            .filter((item) => item.kind === 'lead')
            .map((item) => (item.contact as { email?: string }).email)
          expect(new Set(emails).size, 'one open lead per customer').toBe(emails.length)
        },
      ),
      { numRuns: runs },
    )
  },
)

function arrivalOf(
  client: { submission: number; customer: number; phone: number | undefined; robot: boolean },
  serial: number,
): Arrival {
  return arrive(
    {
      tenant: 'main',
      door: 'form',
      formId: 'demo',
      contentType: 'application/json',
      key: `key-${client.submission}`,
      fields: [
        ['email', `customer${client.customer}@customer.example`],
        ...(client.phone === undefined ? [] : [['phone', `+4930901820${client.phone}`] as [string, string]]),
        ['message', `marker-${client.submission}`],
        ...(client.robot ? [[ownFields.honeypot, 'x'] as [string, string]] : []),
      ],
    },
    company,
    {
      now: start,
      leadId: leadId.parse(newId('lead', start, random(serial))),
      sha256: (text) => createHash('sha256').update(text).digest(),
    },
  )
}

const random = (serial: number) => createHash('sha256').update(`random ${serial}`).digest()

/** As a client that goes on until it is answered. */
async function persist<T>(act: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'store.unavailable') throw error
    }
}
