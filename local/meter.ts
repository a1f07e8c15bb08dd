/* Counts what AWS would bill. */

export interface Usage {
  writeUnits: number
  /** those of them that were written in batches, which rest on nothing: what follows from changes */
  batchWriteUnits: number
  readUnits: number
  /** the same by table */
  tables: Record<string, TableUsage>
  invocations: Record<string, number>
  transitions: number
  events: number
  queueRequests: number
  /** of S3, which bills uploads more than what reads objects, and deletions not at all */
  bucketPuts: number
  bucketGets: number
  mails: number
  httpRequests: number
}

export interface TableUsage {
  writeUnits: number
  batchWriteUnits: number
  readUnits: number
}

export interface Meter {
  capacity(units: readonly { table: string; read: number; write: number }[], operation: string): void
  invocation(name: string): void
  queueRequests(count: number): void
  bucketRequest(kind: 'put' | 'get'): void
  mail(): void
  httpRequest(): void
  read(): Usage
  reset(): void
}

/** @param services running totals of the services that count for themselves */
export function openMeter(services: () => { transitions: number; events: number }): Meter {
  let usage = empty()
  let base = { transitions: 0, events: 0 }

  function empty(): Usage {
    return {
      writeUnits: 0,
      batchWriteUnits: 0,
      readUnits: 0,
      tables: {},
      invocations: {},
      transitions: 0,
      events: 0,
      queueRequests: 0,
      bucketPuts: 0,
      bucketGets: 0,
      mails: 0,
      httpRequests: 0,
    }
  }

  return {
    capacity(units, operation) {
      for (const { table, read, write } of units) {
        const own = (usage.tables[table] ??= { writeUnits: 0, batchWriteUnits: 0, readUnits: 0 })
        for (const each of [usage, own]) {
          each.readUnits += read
          each.writeUnits += write
          if (operation === 'BatchWriteItem') each.batchWriteUnits += write
        }
      }
    },
    invocation: (name) => void (usage.invocations[name] = (usage.invocations[name] ?? 0) + 1),
    queueRequests: (count) => void (usage.queueRequests += count),
    bucketRequest: (kind) => void usage[kind === 'put' ? 'bucketPuts' : 'bucketGets']++,
    mail: () => void usage.mails++,
    httpRequest: () => void usage.httpRequests++,
    read() {
      const now = services()
      return {
        ...structuredClone(usage),
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
