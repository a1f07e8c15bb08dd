/* The events of executions: that one has begun, and that it has ended. */
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import type { Durable } from '../durable.ts'
import { isStoreFault } from '../durable.ts'
import type { ExecutionStatusChange } from './execution-view.ts'
import { statusChange } from './execution-view.ts'
import type { ExecutionRow } from './store/row.ts'
import type { Store } from './store/store.ts'

interface Parts {
  store: Store
  durable: Durable
  clock: Clock
  activity: Activity
  /** Takes an event within the transaction that is open, or throws before it writes anything. */
  emit: (event: ExecutionStatusChange) => void
}

/** Milliseconds after which an end that was refused is told again. */
const pause = 60_000

export function announcements({ store, durable, clock, activity, emit }: Parts) {
  /** Beginnings by the id of the execution. */
  const untold = new Map<number, ExecutionStatusChange>()
  let closed = false

  function tell(event: ExecutionStatusChange): boolean {
    try {
      emit(event)
      return true
    } catch (error) {
      if (isStoreFault(error)) throw error
      return false
    }
  }

  function tellBeginning(id: number): void {
    const event = untold.get(id)
    untold.delete(id)
    if (event && !closed) tell(event)
  }

  /** In the transaction of the end: whoever hears of it has it when it is stored, and only once. */
  function end(row: ExecutionRow): void {
    durable.write(() => {
      tellBeginning(row.id)
      if (tell(statusChange(row))) store.announced(row.id)
      else clock.at(clock.now() + pause, () => closed || end(row))
    })
  }

  return {
    /**
     * Tells of it once it is stored, and not at once: what begins by this event may begin others. A crash right after
     * leaves it untold.
     */
    beginning(row: ExecutionRow): void {
      untold.set(row.id, statusChange(row))
      void activity.run(async () => {
        await durable.committed()
        tellBeginning(row.id)
      })
    },
    end,
    close(): void {
      closed = true
    },
  }
}
