import type { Company, Team, WorkQueue } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import type { Published } from '../publish/published.ts'
import { compileTable, type Table } from '../table/table.ts'
import { calendarOf, type BusinessCalendar } from '../time/calendar.ts'

/** What operators have published, compiled: by this a segment, an activity and the watchdog decide. */
export interface Rules {
  company: Company
  table(name: string): Table
  team(id: string): Team
  queue(id: string): WorkQueue
  calendar(id: string): BusinessCalendar
}

/** Throws Fault `config.broken` when something is asked for that was not published. */
export function rulesOf({ company, tables }: Pick<Published, 'company' | 'tables'>): Rules {
  const compiled = new Map<string, Table>()
  return {
    company,
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
