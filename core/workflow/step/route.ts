import * as z from 'zod/mini'
import { Fault } from '../../record/fault.ts'
import { teamId, toInstant, type Instant } from '../../record/id.ts'
import type { WorkKind, WorkRecord } from '../../record/open-work.ts'
import { nearest } from '../../source/source.ts'
import type { TableDefinition } from '../../table/definition.ts'
import { factsFor } from '../../table/fact/derive.ts'
import type { BusinessCalendar } from '../../time/calendar.ts'
import { changed, noted, type Situation } from '../progress.ts'
import { checkName, named, verb, type CheckContext } from '../verb.ts'

/** A decision table gives a record its team, and the time of what is promised first. */
export const route = verb({
  name: 'route',
  written: () => ({
    route: named(
      'A decision table of rules/. It decides the team, the priority where records have one, and respondWithin: the time until what is promised first.',
    ),
  }),
  check({ route: name }, context) {
    checkName('decision table', name, { known: context.tables, tell: context.tell })
    const table = context.tables[name]
    if (table) checkTable(table, context)
  },
  gives: ['team', 'promise'],
  compile: ({ route: table }) => ({ table }),
  step: {
    do: 'route',
    compiled: () => ({ table: z.string() }),
    describe: ({ table }) => `route by ${table}`,
    async run(step, progress, situation) {
      const { kind, rules, derived, now } = situation
      const about = { [kind.name]: { ...progress.record, ...derived } }
      const table = rules.table(step.table)
      const { record, decision, definition } = await table.explain(
        factsFor(table.definition, about, [kind], { now, company: rules.company }),
        now,
      )
      const { team, priority } = decision.outputs
      const promise = promiseOf(decision.outputs, progress.record, situation)
      if (typeof team !== 'string' || promise === 'none')
        throw new Fault('config.broken', `the table "${step.table}" gave no team or no respondWithin`)
      const row = definition.rows.find(({ id }) => id === decision.rows[0])
      const rule = {
        table: definition.name,
        version: definition.version,
        row: row?.id ?? 'default',
        ...(row?.note && { note: row.note }),
      }
      const fields = {
        teamId: teamId.parse(team),
        ...(isValueOf(kind, 'priority', priority) && { priority }),
        ...(promise && { [promise.field]: promise.by }),
      }
      const routed = changed({ ...progress, variables: { ...progress.variables, rule } }, fields)
      const told = noted(routed, step, 'table', record)
      if (!promise) return told
      const { field, by, within, calendar } = promise
      return noted(told, step, 'wait', { [field]: by, within, calendar })
    },
  },
})

/** What is promised first, by the outputs of the table. Nothing where the kind promises nothing; `none` when the table lacks it. */
function promiseOf(
  { team, respondWithin: within }: Record<string, unknown>,
  record: WorkRecord,
  { kind, rules, now }: Situation,
) {
  const [promise] = kind.work.promises
  if (!promise) return undefined
  if (typeof team !== 'string' || typeof within !== 'string') return 'none'
  const { field } = promise
  const { calendar } = rules.team(team)
  const counted = { field, within, calendar: rules.calendar(calendar) }
  return { field, by: promisedBy(record, counted, now), within, calendar }
}

/**
 * Counts from the moment the customer asked, however late we are. Of a record that is routed again from now, but what
 * was promised before and is not over yet is not put off.
 */
function promisedBy(
  record: WorkRecord,
  { field, within, calendar }: { field: string; within: string; calendar: BusinessCalendar },
  now: number,
): Instant {
  const before = record[field] as Instant | undefined
  const from = before === undefined ? Date.parse(record.createdAt) : now
  const by = toInstant(calendar.add(from, within, 'business'))
  return before !== undefined && before < by && Date.parse(before) > now ? before : by
}

/** Whether the kind has a field that can hold this. */
function isValueOf({ schema }: WorkKind, field: string, value: unknown): boolean {
  const type = schema.shape[field]
  return type !== undefined && value !== undefined && z.safeParse(type, value).success
}

/** A table that routes must give a team that exists for every record, and a time where something is promised. */
function checkTable(table: TableDefinition, { company, kinds, about, tell }: CheckContext): void {
  if (about !== undefined && table.record !== about)
    tell('wrong-table', `the table "${table.name}" decides about a ${table.record}, not about a ${about}`)
  const promises = (kinds.get(about ?? '')?.work?.promises ?? []).length > 0
  for (const output of ['team', ...(promises ? ['respondWithin'] : [])])
    if (!table.outputs.some(({ name }) => name === output))
      tell('wrong-table', `the table "${table.name}" has no output "${output}"`)
  if (!table.default && !table.rows.some((row) => Object.keys(row.when).length === 0))
    tell(
      'no-catch-all',
      `the table "${table.name}" has no default: a ${table.record} that no row matches would go nowhere`,
    )
  const rows = [...table.rows, ...(table.default ? [{ id: 'default', ...table.default }] : [])]
  for (const row of rows) {
    const team = row.then.team
    if (typeof team === 'string' && !Object.hasOwn(company.teams, team)) {
      const near = nearest(team, Object.keys(company.teams))
      tell(
        'unknown-team',
        `${table.file}:${row.line}: row "${row.id}" names the unknown team "${team}"`,
        near && `did you mean "${near}"?`,
      )
    }
  }
}
