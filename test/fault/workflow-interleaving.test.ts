import type { Message } from '#core/kind/system/message.ts'
import { messagesIn } from '#core/message/notice.ts'
import { recordKey } from '#core/record/key.ts'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countsOf } from '#core/assign/round-robin.ts'
import { newTurnBook } from '#core/assign/turn-book.ts'
import { recordActivity } from '#core/sales/activity.ts'
import { leadId, personId, toInstant } from '#core/record/id.ts'
import { rotationEntity } from '#core/kind/system/rotation.ts'
import { fieldsOf, fromItem, toItem, type Item } from '#core/record/item.ts'
import { Fault } from '#core/record/fault.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { memoryStore } from '#core/store/memory.ts'
import { advance } from '#core/workflow/advance.ts'
import { callsOf, kinds, monday, newLead, plainPress, rules, tenant, verbs } from '#core/workflow/fixture.ts'
import type { SegmentCall, SegmentResult } from '#core/workflow/segment-call.ts'
import { brokenGuarantees } from './guarantee.ts'
import { unreliable } from './unreliable-store.ts'

/**
 * The events of new leads are delivered several times, each delivery starts an execution, each task is invoked once
 * or more and by several at once, the store fails before or after it has written, and reps answer in between: every
 * order in which the steps can meet, drawn by fast-check, which prints seed and path of a failure.
 * Guarantees 2, 3, 4 and 6, and the fairness of the rotation.
 *
 * Seen to fail with the protection switched off:
 * - the run's item not written: after 2 draws, "segment 1 of a run that has not begun";
 * - transactions without their conditions: after 19 draws, "4: lead_2 has 0 messages lead-overdue, expected 1";
 * - `whyOver` blind to an answer: at the first draw, "lead-overdue after the answer".
 */

const runs = 300

const leads = fc.array(
  fc.record({
    deliveries: fc.integer({ min: 1, max: 3 }),
    /** each task is invoked this often */
    invocations: fc.integer({ min: 1, max: 2 }),
    /** before which segment a rep answers, if at all */
    answeredBefore: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 5 },
)

test(
  'whatever the order, every deadline fires once per level or was ended by a contact',
  { timeout: 180_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        leads,
        fc.infiniteStream(fc.nat(9)),
        fc.scheduler(),
        async (scenario, weather, scheduler) => {
          const memory = memoryStore()
          const store = unreliable(memory, scheduler, weather)
          const processes = dyingProcesses()
          const ids = scenario.map((_, i) => leadId.parse(`lead_${i}`))
          for (const id of ids)
            await memory.write([
              { do: 'create', item: toItem(leadKind, newLead({ id, submissionId: `sub_${id}` })) },
            ])

          const executions = scenario.flatMap(({ deliveries, invocations }, i) =>
            Array.from({ length: deliveries }, (_, delivery) => ({
              lead: i,
              invocations,
              calls: callsOf(`execution-${i}-${delivery}`).map((call): SegmentCall => ({
                ...call,
                event: { ...call.event, id: ids[i]!, eventId: `${ids[i]}.1` },
              })),
              due: monday,
            })),
          )

          async function invoke(execution: (typeof executions)[number], segment: number): Promise<void> {
            const call = execution.calls[segment]!
            const results = await Promise.all(
              Array.from({ length: execution.invocations }, () =>
                persist(() =>
                  advance(store, rules, call, {
                    now: () => execution.due,
                    book: processes.next(),
                    kinds,
                    verbs,
                    press: plainPress,
                  }),
                ),
              ),
            )
            execution.due = Math.max(
              execution.due,
              ...results.map((result: SegmentResult) => Date.parse(result.until)),
            )
          }

          async function answer(i: number, now: number): Promise<void> {
            const lead = fromItem(leadKind, (await store.get(recordKey(tenant, ids[i]!)))!)
            if (lead.answeredAt) return // it was written, and not heard of
            const activity = {
              tenant,
              version: 1,
              subject: { kind: 'lead', id: lead.id },
              id: `act_${i}`,
              at: toInstant(now),
              what: 'call' as const,
              by: personId.parse('anna'),
            }
            const { writes } = recordActivity({ lead, activity, now }, rules)
            if (!(await store.write(writes)).stored) throw new Fault('store.unavailable', 'changed meanwhile')
          }

          for (let segment = 0; segment < executions[0]!.calls.length; segment++) {
            const now = Math.max(...executions.map(({ due }) => due))
            const round = Promise.all([
              ...executions.map((execution) => invoke(execution, segment)),
              ...scenario.flatMap(({ answeredBefore }, i) =>
                answeredBefore === segment ? [persist(() => answer(i, now))] : [],
              ),
            ])
            await scheduler.waitFor(round)
          }

          const items = memory.all().map((item): Item => ({ ...item, ...fieldsOf(item) }))
          const answered = new Map(
            items
              .filter((item) => item.kind === 'lead' && item.answeredAt)
              .map((item) => [item.id, item.answeredAt as string]),
          )
          const unanswered = new Set(ids.filter((id) => !answered.has(id)) as string[])
          const withSubmissions = [...items, ...ids.map((id) => submissionOf(id))]
          // Nobody delivers them here.
          const messages = messagesIn(memory.all(), plainPress).map((message): Message => ({
            ...message,
            status: 'sent',
          }))
          expect(
            brokenGuarantees({
              items: withSubmissions,
              messages,
              ledger: [],
              levels: {
                'lead-assigned': 1,
                'lead-reminder': 1,
                'lead-overdue': 1,
                'lead-reassigned': 1,
                'lead-queued': 1,
              },
              unanswered,
            }),
          ).toEqual([])
          for (const { subject, createdAt, template } of messages) {
            const at = answered.get(subject.id)
            if (at) expect(createdAt <= at, `${template} after the answer`).toBe(true)
          }
          // Each lead takes a turn when it is assigned, and another one when it is handed on.
          for (const item of items.filter(({ kind }) => kind === rotationEntity.kind)) {
            const turns = [...countsOf(fromItem(rotationEntity, item)).values()]
            expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: runs },
    )
  },
)

/** What three processes know of turns; each ends after a few calls, and another one begins that knows nothing. */
function dyingProcesses() {
  const books = [newTurnBook(), newTurnBook(), newTurnBook()]
  let calls = 0
  return {
    next() {
      calls++
      if (calls % 5 === 0) books[calls % 3] = newTurnBook()
      return books[calls % 3]!
    },
  }
}

/** Step Functions invokes a task again when it fails. */
async function persist<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await act()
    } catch (error) {
      const again = error instanceof Fault && ['store.unavailable', 'record.changed'].includes(error.code)
      if (!again || attempt > 500) throw error
    }
}

const submissionOf = (id: string): Item => ({
  pk: `${tenant}#sub_${id}`,
  sk: '9#record',
  kind: 'submission',
  version: 1,
  id: `sub_${id}`,
  outcome: 'lead',
  leadId: id,
  fields: [],
})
