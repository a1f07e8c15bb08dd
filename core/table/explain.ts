/*
 * Explanations for people: one view of a decision, rendered as text, HTML, or, as it is, JSON.
 *
 * The view is made from a fresh explanation or from the record that was kept, together with the table of that version.
 * Personal facts appear by name only: whoever may see them reads them in the record itself, and erasing reaches them.
 */

import { escapeHtml } from '../html/markup.ts'
import { conjunctsOf, type Conjunct } from './condition.ts'
import { valueAt } from './fact/path.ts'
import { compilePattern, describeMatchers } from '#pattern/pattern.ts'
import type { Json, RowDefinition, TableDefinition } from './definition.ts'
import type { Outputs } from './hit-policy.ts'
import type { Explanation, ExplanationRecord } from './table.ts'

export interface ExplanationView {
  decision: string
  title: string
  version: string
  /** ISO 8601, when known */
  at?: string
  hitPolicy: string
  /** `rules/lead-routing.yaml:23` of the row that decided, of the default, or the file alone */
  place: string
  outcome: 'row' | 'rows' | 'default' | 'nothing' | 'conflict'
  /** one sentence */
  summary: string
  outputs: Outputs
  facts: { name: string; value?: Json; personal?: true }[]
  rows: RowView[]
}

export interface RowView {
  id: string
  line: number
  state: 'decided' | 'matched' | 'failed' | 'not-in-force' | 'not-reached'
  note?: string
  /** the first condition that did not hold */
  reason?: { field: string; wanted: string; seen: string }
  /** under collect: what it added */
  added?: Outputs
}

/** The view of an explanation. */
export function viewOf(explanation: Explanation): ExplanationView {
  const { definition, facts, record } = explanation
  const view = viewOfRecord(record, definition, explanation.at)
  for (const [index, { row, failed }] of explanation.trace.entries()) {
    const shown = view.rows[index]!
    if (failed) shown.reason = reasonOf(failed, definition, (name) => valueAt(facts, name))
    else if (shown.reason?.field === 'together') shown.reason = reasonTogether(row)
  }
  return view
}

/** The view of a kept record. `definition` must be of the version that the record names. */
export function viewOfRecord(
  record: ExplanationRecord,
  definition: TableDefinition,
  at?: number,
): ExplanationView {
  const missed = (record.missed ?? {}) as Record<string, string>
  const seen = (record.facts ?? {}) as Record<string, Json>
  const added = (record.rows ?? {}) as Record<string, Outputs>
  const collected = Object.keys(added)
  const conflict = record.conflict as string[] | undefined
  const outcome = outcomeOf(record, definition)
  const decidedAt = outcome === 'row' ? definition.rows.findIndex((row) => row.id === record.row) : -1
  const rows = definition.rows.map((row, index): RowView => {
    const why = missed[row.id]
    const decided = index === decidedAt || collected.includes(row.id)
    const late = definition.hitPolicy === 'first' && decidedAt >= 0 && index > decidedAt
    const failed = why === undefined ? undefined : conjunctsOf(row.when).find((part) => part.name === why)
    return {
      id: row.id,
      line: row.line,
      state: stateOf(why, decided, late),
      ...(row.note !== undefined && { note: row.note }),
      ...(why !== undefined &&
        why !== 'dates' && {
          reason: failed
            ? reasonOf(failed, definition, (name) => seen[name])
            : { field: why, wanted: '', seen: '' },
        }),
      ...(added[row.id] && { added: added[row.id]! }),
    }
  })
  const view = {
    decision: definition.name,
    title: definition.title,
    version: definition.version,
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    hitPolicy: definition.aggregation ? `collect ${definition.aggregation}` : definition.hitPolicy,
    place: record.at as string,
    outcome,
    outputs: record.outputs as Outputs,
    facts: [
      ...Object.entries(seen).map(([name, value]) => ({ name, value })),
      ...((record.personal ?? []) as string[]).map((name) => ({ name, personal: true as const })),
    ],
    rows,
  }
  return { ...view, summary: summaryOf(view, record.row as string, conflict) }
}

function outcomeOf(record: ExplanationRecord, definition: TableDefinition): ExplanationView['outcome'] {
  if (record.conflict) return 'conflict'
  if (definition.hitPolicy === 'collect') {
    if (Object.keys(record.rows ?? {}).length > 0) return 'rows'
    return definition.default ? 'default' : 'nothing'
  }
  if (record.row === null) return 'nothing'
  return record.row === 'default' ? 'default' : 'row'
}

/** `why`: what the record says that the row missed. */
function stateOf(why: string | undefined, decided: boolean, late: boolean): RowView['state'] {
  if (decided) return 'decided'
  if (late) return 'not-reached'
  if (why === 'dates') return 'not-in-force'
  return why === undefined ? 'matched' : 'failed'
}

function summaryOf(
  view: Omit<ExplanationView, 'summary'>,
  row: string,
  conflict: string[] | undefined,
): string {
  const otherwise = Object.keys(view.outputs).length > 0 ? 'the default decided' : 'nothing was decided'
  switch (view.outcome) {
    case 'row':
      return `row ${row} decided (${view.place})`
    case 'rows':
      return `${view.rows.filter((each) => each.state === 'decided').length} of ${view.rows.length} rows counted`
    case 'default':
      return `no row matched, the default decided (${view.place})`
    case 'nothing':
      return 'no row matched and there is no default: nothing was decided'
    case 'conflict':
      return `rows ${conflict!.join(', ')} matched together, which hit policy ${view.hitPolicy} does not allow: ${otherwise}`
  }
}

function reasonOf(
  conjunct: Conjunct,
  definition: TableDefinition,
  seen: (name: string) => unknown,
): NonNullable<RowView['reason']> {
  const shown = (name: string): string => (definition.personal.includes(name) ? 'personal' : show(seen(name)))
  if (!conjunct.alternatives)
    return { field: conjunct.name, wanted: describeConjunct(conjunct), seen: shown(conjunct.name) }
  const fields = [...new Set(conjunct.paths)]
  return {
    field: fields.join(', '),
    wanted: describeConjunct(conjunct),
    seen: fields.map((name) => `${name} ${shown(name)}`).join(', '),
  }
}

function reasonTogether(row: RowDefinition): NonNullable<RowView['reason']> {
  const conjuncts = conjunctsOf(row.when)
  return {
    field: conjuncts.flatMap((part) => part.paths).join(', '),
    wanted: 'all of it in one and the same entry of a list',
    seen: 'each in another entry',
  }
}

/** What a conjunct asks for, in words. */
export function describeConjunct(conjunct: Conjunct): string {
  if (conjunct.alternatives)
    return conjunct.alternatives
      .map((parts) => parts.map((part) => `${part.name} ${describeConjunct(part)}`).join(' and '))
      .join(', or ')
  const words = describeMatchers(compilePattern(conjunct.pattern).branches[0]![0]!.matchers)
  // Quotation marks help in a pattern's own reports; in a sentence about known values they only stand in the way.
  return words.replace(/"((?:[^"\\]|\\.)*)"/g, (whole, text: string) =>
    /^[\w.@/+-]+$/.test(text) ? text : whole,
  )
}

function show(value: unknown): string {
  if (value === undefined) return 'unknown'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const marks = { decided: '✓', matched: '·', failed: '✗', 'not-in-force': '○', 'not-reached': '–' } as const

const words: Record<RowView['state'], string> = {
  decided: 'decided',
  matched: 'matched too',
  failed: '',
  'not-in-force': 'not in force at this time',
  'not-reached': 'not asked: an earlier row decided',
}

/** What is to be said of a row: the first condition that did not hold, what it added, or what became of it. */
export function renderReason({ reason, added, state }: RowView): string {
  if (reason)
    return reason.wanted ? `${reason.field}: wanted ${reason.wanted}, was ${reason.seen}` : reason.field
  return added ? assignments(added) : words[state]
}

const assignments = (outputs: Outputs): string =>
  Object.entries(outputs)
    .map(([name, value]) => `${name} = ${show(value)}`)
    .join(', ')

/** The view as text for a terminal. */
export function renderText(view: ExplanationView): string {
  const wide = Math.max(...view.rows.map((row) => row.id.length))
  const factWide = Math.max(0, ...view.facts.map((fact) => fact.name.length))
  return [
    view.title,
    `${view.decision} ${view.version}, hit policy ${view.hitPolicy}${view.at ? `, at ${view.at}` : ''}`,
    '',
    `→ ${assignments(view.outputs) || 'no outputs'}`,
    `  ${view.summary}`,
    '',
    'Rows',
    ...view.rows.flatMap((row) => [
      `  ${marks[row.state]} ${row.id.padEnd(wide)}  line ${String(row.line).padEnd(4)} ${renderReason(row)}`,
      ...(row.note && row.state === 'decided' ? [`      ${row.note}`] : []),
    ]),
    '',
    'Facts used',
    ...(view.facts.length === 0 ? ['  none was known'] : []),
    ...view.facts.map(
      (fact) =>
        `  ${fact.name.padEnd(factWide)}  ${fact.personal ? 'personal, see the record' : show(fact.value)}`,
    ),
    '',
  ].join('\n')
}

/** The view as a fragment of HTML: a heading, a sentence, a table of rows and one of facts. Everything is escaped. */
export function renderHtml(view: ExplanationView): string {
  const row = (each: RowView): string =>
    `<tr class="${each.state}"><td aria-label="${each.state}">${marks[each.state]}</td>` +
    `<th scope="row">${escapeHtml(each.id)}</th><td>${each.line}</td><td>${escapeHtml(renderReason(each))}` +
    `${each.note ? `<p class="note">${escapeHtml(each.note)}</p>` : ''}</td></tr>`
  const fact = (each: ExplanationView['facts'][number]): string =>
    `<tr><th scope="row">${escapeHtml(each.name)}</th><td>${each.personal ? '<em>personal, see the record</em>' : escapeHtml(show(each.value))}</td></tr>`
  return [
    `<section class="explanation" data-outcome="${view.outcome}">`,
    `<h3>${escapeHtml(view.title)}</h3>`,
    `<p class="result"><strong>${escapeHtml(assignments(view.outputs) || 'no outputs')}</strong></p>`,
    `<p class="summary">${escapeHtml(view.summary)}</p>`,
    '<table class="rows"><thead><tr><td></td><th scope="col">Row</th><th scope="col">Line</th><th scope="col">Why</th></tr></thead>',
    `<tbody>${view.rows.map(row).join('')}</tbody></table>`,
    view.facts.length > 0
      ? `<table class="facts"><caption>Facts used</caption><tbody>${view.facts.map(fact).join('')}</tbody></table>`
      : '',
    `<p class="version">${escapeHtml(`${view.decision} ${view.version}, hit policy ${view.hitPolicy}`)}${view.at ? `, <time datetime="${view.at}">${view.at}</time>` : ''}</p>`,
    '</section>',
  ].join('')
}
