import { setTimeout as pause } from 'node:timers/promises'
import { kinds } from 'holdfast:kinds'
import { verbs } from 'holdfast:verbs'
import { newTurnBook } from '#core/assign/turn-book.ts'
import { advance } from '#core/workflow/advance.ts'
import { openRules } from '#functions/adapter/rules.ts'
import { segmentCall } from '#core/workflow/segment-call.ts'
import { onTask } from '#functions/adapter/handler.ts'
import { journalPress } from '#functions/adapter/press/journal.ts'
import { openTable } from '#functions/adapter/table.ts'

const uses = { store: openTable, rules: openRules }
const book = newTurnBook()
const words = { segment: 'segment tried again', turn: 'turn tried again' }

/** Performs one segment of a run and tells the state machine when to go on. */
export const handler = onTask(uses, segmentCall(verbs), async (call, { store, rules, clock, log }) =>
  advance(store, await rules(call.event.tenant), call, {
    kinds,
    verbs,
    now: () => clock.now(),
    book,
    press: journalPress,
    again: async (what, attempt) => {
      log('info', words[what], { workflow: call.workflow, recordId: call.event.id, count: attempt })
      // From 8 ms up to 5 s: some 15 s in all, well below the function's 30 s.
      await pause(Math.random() * Math.min(5000, 4 * 2 ** (what === 'segment' ? attempt : attempt - 3)))
    },
  }),
)
