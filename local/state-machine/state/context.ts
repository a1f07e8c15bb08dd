/* What an expression of a state sees: `$states` and the variables of its scope and the scopes around it. */
import type { Bindings } from '../expression.ts'
import type { Run, Thread } from '../run.ts'
import type { ThreadRow } from '../store/row.ts'
import type { Store } from '../store/store.ts'

const iso = (time: number) => new Date(time).toISOString()

/** @param extra `result` or `errorOutput` of `$states` */
export function bindingsOf(store: Store, thread: Thread, extra?: Record<string, unknown>): Bindings {
  const bindings: Bindings = thread.parent === null ? {} : outerVariables(store, thread.parent)
  if (thread.variables !== '{}') Object.assign(bindings, JSON.parse(thread.variables))
  bindings['states'] = {
    input: thread.input === '' ? undefined : (JSON.parse(thread.input) as unknown),
    context: contextOf(store, thread),
    ...extra,
  }
  return bindings
}

function outerVariables(store: Store, id: number): Bindings {
  const row = store.thread(id)
  if (!row) return {}
  const outer = row.parent === null ? {} : outerVariables(store, row.parent)
  return Object.assign(outer, JSON.parse(row.variables))
}

function contextOf(store: Store, thread: Thread): object {
  const { run } = thread
  const { row } = run
  return {
    Execution: {
      Id: row.arn,
      Input: JSON.parse(row.input) as unknown,
      Name: row.name,
      StartTime: iso(row.started),
      RedriveCount: row.redrives,
      ...(row.redriven === null ? {} : { RedriveTime: iso(row.redriven) }),
    },
    State: { Name: thread.state, EnteredTime: iso(thread.entered), RetryCount: retryCount(thread) },
    StateMachine: { Id: row.machine, Name: run.machineName },
    ...(thread.token === null ? {} : { Task: { Token: thread.token } }),
    ...(thread.parent === null ? {} : mapItem(store, run, thread)),
  }
}

/** Retries of the state that the thread is in. */
export const retryCount = (thread: ThreadRow): number =>
  thread.retries === '' ? 0 : Number(thread.retries.slice(thread.retries.lastIndexOf(',') + 1))

/** The item of the nearest Map around the thread. */
function mapItem(store: Store, run: Run, thread: ThreadRow): object {
  for (let row: ThreadRow | undefined = thread; row && row.parent !== null;) {
    const items = itemsOf(store, run, row.parent)
    if (items) return { Map: { Item: { Index: row.slot, Value: items[row.slot] } } }
    row = store.thread(row.parent)
  }
  return {}
}

/** The list a Map thread runs over; undefined for a Parallel. */
export function itemsOf(store: Store, run: Run, parent: number): unknown[] | undefined {
  let items = run.items.get(parent)
  if (!items) {
    const stored = store.thread(parent)?.items
    if (stored === null || stored === undefined) return undefined
    items = JSON.parse(stored) as unknown[]
    run.items.set(parent, items)
  }
  return items
}
