/**
 * Counts what AWS would bill.
 *
 * The table's units are only seen when its requests take the way through this process (table-proxy.ts), which costs 0.2 ms
 * of it and of latency each (measured with GetItem), so that is done on request; everything else is always counted.
 */

export interface Usage {
  /** Null while no request passes through the meter: SDK clients then talk to the database directly. */
  writeUnits: number | null
  readUnits: number | null
  invocations: Record<string, number>
  transitions: number
  events: number
  queueRequests: number
  mails: number
  httpRequests: number
}

export interface Meter {
  capacity(operation: string, consumed: unknown): void
  invocation(name: string): void
  queueRequests(count: number): void
  mail(): void
  httpRequest(): void
  read(): Usage
  reset(): void
}

interface Consumed {
  CapacityUnits?: number
  ReadCapacityUnits?: number
  WriteCapacityUnits?: number
}

const reading = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])

/**
 * @param metersTable false when the table's requests do not pass by
 * @param services running totals of the services that count for themselves
 */
export function openMeter(
  metersTable: boolean,
  services: () => { transitions: number; events: number },
): Meter {
  let usage = empty()
  let base = { transitions: 0, events: 0 }

  function empty(): Usage {
    const units = metersTable ? 0 : null
    return {
      writeUnits: units,
      readUnits: units,
      invocations: {},
      transitions: 0,
      events: 0,
      queueRequests: 0,
      mails: 0,
      httpRequests: 0,
    }
  }

  return {
    capacity(operation, consumed) {
      if (usage.writeUnits === null || usage.readUnits === null) return
      for (const entry of [consumed].flat() as (Consumed | undefined)[]) {
        if (!entry) continue
        const units = entry.CapacityUnits ?? 0
        // A repeated transaction is charged as reads, which only the split figures tell.
        const read =
          entry.ReadCapacityUnits ??
          (entry.WriteCapacityUnits === undefined && reading.has(operation) ? units : 0)
        usage.readUnits += read
        usage.writeUnits += units - read
      }
    },
    invocation: (name) => void (usage.invocations[name] = (usage.invocations[name] ?? 0) + 1),
    queueRequests: (count) => void (usage.queueRequests += count),
    mail: () => void usage.mails++,
    httpRequest: () => void usage.httpRequests++,
    read() {
      const now = services()
      return {
        ...usage,
        invocations: { ...usage.invocations },
        transitions: now.transitions - base.transitions,
        events: now.events - base.events,
      }
    },
    reset() {
      usage = empty()
      base = { ...services() }
    },
  }
}
