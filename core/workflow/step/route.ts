import * as z from 'zod/mini'
import { Fault } from '../../record/fault.ts'
import { teamId, toInstant, type Instant } from '../../record/id.ts'
import { saidOf } from '../../record/field.ts'
import { isWorkKind, type WorkKind, type WorkRecord } from '../../record/open-work.ts'
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
      'A decision table of rules/. It decides the team, the priority where records have one, and respondWithin: the time until what is promised first; what is promised later has its time from an output of its step, such as solveWithin.',
    ),
  }),
  check({ route: name }, context) {
    const { tables, tell, refused } = context
    if (refused?.tables.has(name)) return
    checkName('decision table', name, { known: tables, also: [...(refused?.tables ?? [])], tell })
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
        ...laterPromises(decision.outputs, team, progress.record, situation),
      }
      const routed = changed({ ...progress, variables: { ...progress.variables, rule } }, fields)
      const told = noted(routed, step, 'table', record)
      if (!promise) return told
      const { field, by, counted } = promise
      return noted(told, step, 'wait', { [field]: by, ...(counted ?? { because: 'said' }) })
    },
  },
})

/**
 * What is promised first: what people have said where they say it, else by the outputs of the table. Nothing where the kind
 * promises nothing; `none` when the table lacks it.
 */
function promiseOf(
  { team, respondWithin: within }: Record<string, unknown>,
  record: WorkRecord,
  { kind, rules, now }: Situation,
) {
  const [promise] = kind.work.promises
  if (!promise) return undefined
  const { field } = promise
  const said = record[field]
  if (!isGiven(kind, field) && typeof said === 'string') return { field, by: said, counted: undefined }
  if (typeof team !== 'string' || typeof within !== 'string') return 'none'
  const { calendar } = rules.team(team)
  const by = promisedBy(record, { field, within, calendar: rules.calendar(calendar) }, now)
  return { field, by, counted: { within, calendar } }
}

/** What is promised after the first, where the table says a time and nobody else has: `solveWithin` of the step `solve`. */
function laterPromises(
  outputs: Record<string, unknown>,
  team: string,
  record: WorkRecord,
  { kind, rules, now }: Situation,
): Record<string, Instant> {
  const calendar = rules.calendar(rules.team(team).calendar)
  return Object.fromEntries(
    kind.work.promises.slice(1).flatMap(({ field, step }) => {
      const within = outputs[`${step}Within`]
      const isSaid = !isGiven(kind, field) && typeof record[field] === 'string'
      if (typeof within !== 'string' || isSaid) return []
      return [[field, promisedBy(record, { field, within, calendar }, now)]]
    }),
  )
}

/** Whether a record may come to its workflow without the time. */
const mayLack = (kind: WorkKind, field: string): boolean =>
  isGiven(kind, field) || kind.schema.shape[field]?._zod.def.type === 'optional'

/** Set by Holdfast: people do not say it. */
const isGiven = ({ schema }: WorkKind, field: string): boolean => {
  const type = schema.shape[field]
  return type === undefined || saidOf(type).given === true
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

/**
 * A table that routes must give a team that exists for every record, and a time where something is promised that nobody may
 * have said.
 */
function checkTable(table: TableDefinition, { company, kinds, about, tell }: CheckContext): void {
  if (about !== undefined && table.record !== about)
    tell('wrong-table', `the table "${table.name}" decides about a ${table.record}, not about a ${about}`)
  const has = (output: string): boolean => table.outputs.some(({ name }) => name === output)
  const lacks = `the table "${table.name}" has no output`
  if (!has('team')) tell('wrong-table', `${lacks} "team"`, 'add "team: { type: team }" to its outputs')
  const kind = kinds.get(about ?? '')
  const promise = isWorkKind(kind) ? kind.work.promises[0] : undefined
  if (promise && isWorkKind(kind) && mayLack(kind, promise.field) && !has('respondWithin'))
    tell(
      'wrong-table',
      `${lacks} "respondWithin"`,
      `add "respondWithin: { type: duration }" to its outputs: from it follows "${promise.field}", the time of the ${promise.title}${isGiven(kind, promise.field) ? '' : ', where nobody has said one'}`,
    )
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
