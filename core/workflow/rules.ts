import type { Company, Team, WorkQueue } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import type { Grounds } from '../kind/system/grounds.ts'
import type { Published } from '../publish/published.ts'
import { contentHash } from '../table/content-hash.ts'
import { compileTable, type Table } from '../table/table.ts'
import { calendarOf, type BusinessCalendar } from '../time/calendar.ts'

/** The program that decides, as journals name it. */
export interface Machinery {
  /** hash of the code */
  engine: string
  /** release of the time zones */
  zones: string
  sha256(text: string): Uint8Array
}

/** What operators have published, compiled: by this a segment, an activity and the watchdog decide. */
export interface Rules {
  company: Company
  /** by what is decided, as journals name it */
  by(): Grounds['by']
  sha256(text: string): Uint8Array
  table(name: string): Table
  team(id: string): Team
  queue(id: string): WorkQueue
  calendar(id: string): BusinessCalendar
}

/** Throws Fault `config.broken` when something is asked for that was not published. */
export function rulesOf(
  { company, tables }: Pick<Published, 'company' | 'tables'>,
  { engine, zones, sha256 }: Machinery,
): Rules {
  const compiled = new Map<string, Table>()
  let by: Grounds['by'] | undefined
  return {
    company,
    by: () => (by ??= { company: contentHash(company), engine, zones }),
    sha256,
    table(name) {
      let table = compiled.get(name)
      if (!table) compiled.set(name, (table = compileTable(known(tables, name, 'decision table'))))
      return table
    },
    team: (id) => known(company.teams, id, 'team'),
    queue: (id) => known(company.queues, id, 'queue'),
    calendar: (id) => calendarOf(known(company.calendars, id, 'calendar')),
  }
}

function known<T>(records: Readonly<Record<string, T>>, id: string, what: string): T {
  const record = Object.hasOwn(records, id) ? records[id] : undefined
  if (record === undefined) throw new Fault('config.broken', `there is no ${what} "${id}"`)
  return record
}
