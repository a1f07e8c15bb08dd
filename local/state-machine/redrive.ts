/* An execution that ended badly goes on at the states that had not succeeded. */
import type { Memory } from './memory.ts'
import { record, type Run } from './run.ts'
import type { ExecutionRow, ThreadRow } from './store/row.ts'
import type { Store } from './store/store.ts'

const redriveWindow = 14 * 86_400_000

/** Why an execution cannot be redriven; undefined if it can. */
export function notRedrivable(row: ExecutionRow, now: number): string | undefined {
  if (row.status === 'RUNNING' || row.status === 'SUCCEEDED') return `Execution is ${row.status}`
  if (now - row.stopped! > redriveWindow) return 'Execution has exceeded the max redrivable duration'
  if (row.events >= 24_999) return 'Execution history event limit exceeded'
  return undefined
}

/** Takes an execution up again, to end by `deadline`. Call within a write. */
export function reopen(
  { store, memory }: { store: Store; memory: Memory },
  execution: number,
  { now, deadline }: { now: number; deadline: number },
): Run {
  store.reopenExecution(execution, deadline, now)
  const run = memory.runOf(execution)
  const details = ['executionRedrivenEventDetails', { redriveCount: run.row.redrives }] as const
  record(run, undefined, now, { type: 'ExecutionRedriven', details })
  memory.saveHistory(run)
  for (const thread of store.threadsOf(execution)) {
    if (thread.phase === 'done' || thread.phase === 'join') continue
    const again = fromItsState(thread, run)
    store.updateThread(again)
    memory.launch(again)
  }
  memory.forget(run)
  memory.arm(deadline)
  return run
}

/** The thread as it entered the state that had not succeeded. */
const fromItsState = (thread: ThreadRow, run: Run): ThreadRow => ({
  ...thread,
  phase: thread.phase === 'select' || thread.phase === 'joined' ? thread.phase : 'enter',
  active: 1,
  retries: '',
  token: null,
  answer: null,
  event: run.row.events,
})
