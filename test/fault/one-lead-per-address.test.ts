import { recordKey } from '#core/record/key.ts'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrive } from '#core/intake/arrival.ts'
import { ownFields } from '#core/html/own-field.ts'
import { takeIn, takeInRestored } from '#core/intake/take-in.ts'
import { recordActivity } from '#core/sales/activity.ts'
import { readClaims } from '#core/sales/claim.ts'
import { leadId, newId, personId, toInstant } from '#core/record/id.ts'
import { fromItem, type Item } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { activityKind, type Activity } from '#core/kind/customer/activity.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { uniqueKeyEntity } from '#core/kind/system/submission.ts'
import { memoryStore } from '#core/store/memory.ts'
import type { Store } from '#core/store/store.ts'
import { rules, tenant } from '#core/workflow/fixture.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { unreliable } from './unreliable-store.ts'

/**
 * Among the open leads an e-mail address and a phone number occur once each, and belong to the lead that shows them,
 * after any sequence of submissions, merges that bring new addresses, closing, reopening and restoring; one after the
 * other, and all at once in every order that fast-check draws, which prints seed and path of a failure.
 *
 * Seen to fail with the protection switched off:
 * - reopening without asking who holds the addresses: after 33 draws, "two open leads show phone +49309018200";
 * - reopening that writes only the keys which it does not hold any more: all at once, after 228 draws;
 * - the phone number of another open lead taken over by a merge: after 14 draws.
 */

const tools = { rules, press: submissionPress }
const start = Date.parse('2026-11-23T08:00:00.000Z')
const random = (serial: number) => createHash('sha256').update(`random ${serial}`).digest()

type Act =
  | { do: 'submit'; name?: string; email?: number; phone?: number; robot: boolean }
  | { do: 'close' | 'reopen' | 'call'; lead: number }
  | { do: 'restore'; submission: number }

const person = fc.record(
  {
    name: fc.constantFrom('Ann Vogel', 'Bernd Maier', 'vogel, ann'),
    email: fc.nat(2),
    phone: fc.nat(1),
    robot: fc.constant(true),
  },
  { requiredKeys: [] },
)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: person.map((said): Act => ({ robot: false, ...said, do: 'submit' })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('close', 'reopen', 'reopen', 'call'), lead: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore'), submission: fc.nat(3) }) },
)

/** The addresses of people: some are a mailbox of many. */
const emails = ['customer0', 'customer1', 'info'].map((box) => `${box}@customer.example`)

class World {
  readonly memory = memoryStore()
  readonly #store: Store
  #serial = 0

  constructor(unreliableBy?: (store: Store) => Store) {
    this.#store = unreliableBy?.(this.memory) ?? this.memory
  }

  of(kind: string): Item[] {
    return this.memory.all().filter((item) => item.kind === kind)
  }

  async perform(what: Act): Promise<void> {
    const now = start + this.#serial++ * 60_000
    const newLeadId = leadId.parse(newId('lead', start, random(this.#serial)))
    if (what.do === 'submit') {
      const post = {
        tenant,
        door: 'form' as const,
        formId: 'any',
        contentType: 'application/json',
        key: `key-${this.#serial}`,
        fields: [
          ['message', `words ${this.#serial}`],
          ...(what.name ? [['name', what.name]] : []),
          ...(what.email === undefined ? [] : [['email', emails[what.email]!]]),
          ...(what.phone === undefined ? [] : [['phone', `+4930901820${what.phone}`]]),
          ...(what.robot ? [[ownFields.honeypot, 'x']] : []),
        ] as [string, string][],
      }
      const arrival = arrive(post, rules.company, {
        now,
        leadId: newLeadId,
        sha256: (text) => createHash('sha256').update(text).digest(),
      })
      await persist(() => takeIn(this.#store, arrival, tools))
    } else if (what.do === 'restore') {
      const aside = this.of('submission').filter(({ suspicion }) => suspicion)
      const id = aside[what.submission % aside.length]?.id
      const request = { tenant, id: String(id), by: 'maria', now, leadId: newLeadId }
      if (id) await persist(() => takeInRestored(this.#store, tools, request))
    } else {
      const leads = this.of('lead')
      const lead = leads[what.lead % leads.length]
      if (lead) await persist(() => this.#work(String(lead.id), what.do, now))
    }
  }

  /** As POST /leads/{id}/activities does: refused with reason, or too often, it is over. */
  async #work(id: string, what: Activity['what'], now: number): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const lead = fromItem(leadKind, (await this.#store.get(recordKey(tenant, id)))!)
      const at = toInstant(now)
      const done = activityKind.schema.parse({
        tenant,
        version: 1,
        subject: { kind: 'lead', id },
        id: `act_${this.#serial}_${now}`,
        at,
        what,
        by: personId.parse('anna'),
      })
      try {
        const claims = what === 'reopen' ? await readClaims(this.#store, lead) : undefined
        const { writes } = recordActivity({ lead, activity: done, claims, now }, rules)
        if ((await this.#store.write(writes)).stored) return
      } catch (error) {
        if (
          error instanceof Fault &&
          ['state.refused', 'field.invalid', 'lead.superseded'].includes(error.code)
        )
          return
        throw error
      }
    }
  }

  /** What is wrong, a line each. */
  broken(): string[] {
    const holders = new Map(
      this.of('unique').map((item) => {
        const { scope, value, leadId: holder } = fromItem(uniqueKeyEntity, item)
        return [`${scope} ${value}`, holder]
      }),
    )
    const seen = new Map<string, string>()
    return this.of('lead')
      .map((item) => fromItem(leadKind, item))
      .filter(({ status }) => status === 'open')
      .flatMap((lead) => {
        return shownBy(lead).flatMap((address) => {
          const other = seen.get(address)
          seen.set(address, lead.id)
          const holder = holders.get(address)
          return [
            ...(other ? [`two open leads show ${address}: ${other}, ${lead.id}`] : []),
            ...(holder === lead.id ? [] : [`${address} of ${lead.id} belongs to ${holder}`]),
          ]
        })
      })
  }
}

const shownBy = ({ contact, people = [] }: Lead): string[] => [
  ...new Set(
    [contact, ...people].flatMap(({ email, phone }) => [
      ...(email ? [`email ${email}`] : []),
      ...(phone ? [`phone ${phone}`] : []),
    ]),
  ),
]

/** As a client that goes on until it is answered. */
async function persist<T>(perform: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await perform()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'store.unavailable') throw error
    }
}

test(
  'an address belongs to one open lead after each step of any sequence',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 20, size: 'max' }), async (acts) => {
        const world = new World()
        for (const each of acts) {
          await world.perform(each)
          expect(world.broken()).toEqual([])
        }
        const count = (outcome: string) =>
          world.of('submission').filter((item) => item.outcome === outcome).length
        expect(world.of('lead')).toHaveLength(count('lead'))
      }),
      { numRuns: 1_000 },
    )
  },
)

test('and whatever of it happens at once', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 2, maxLength: 8, size: 'max' }),
      fc.array(act, { minLength: 2, maxLength: 8, size: 'max' }),
      fc.infiniteStream(fc.nat(9)),
      fc.scheduler(),
      async (before, together, weather, scheduler) => {
        let calm = true
        const world = new World((store) => {
          const rough = unreliable(store, scheduler, weather)
          const now = (): Store => (calm ? store : rough)
          return {
            get: (key) => now().get(key),
            getAll: (keys) => now().getAll(keys),
            query: (pk, options) => now().query(pk, options),
            file: (of, options) => now().file(of, options),
            project: (projections) => now().project(projections),
            lines: (index, pk, options) => now().lines(index, pk, options),
            queryIndex: (index, pk, options) => now().queryIndex(index, pk, options),
            write: (writes) => now().write(writes),
            update: (update) => now().update(update),
          }
        })
        for (const each of before) await world.perform(each)
        calm = false
        await scheduler.waitFor(Promise.all(together.map((each) => world.perform(each))))
        expect(world.broken()).toEqual([])
      },
    ),
    { numRuns: 1_000 },
  )
})
