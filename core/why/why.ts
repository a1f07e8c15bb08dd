import type { Language } from '../record/id.ts'
import type { Press, Item } from '../record/item.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { TableDefinition } from '../table/definition.ts'
import { aheadOf, type AheadOf, type NextWhy } from './ahead.ts'
import { assignmentWhy, type AssignmentWhy } from './assignment.ts'
import { bySegments, entriesOf, pastOf, type Decided, type Found, type Past } from './decided.ts'
import { holderOf, type HolderWhy } from './holder.ts'
import { promiseWhy, type PromiseWhy } from './promise.ts'
import { namedTeam, type Reader } from './reader.ts'
import { sentenceOf } from './sentence.ts'
import { tableWhy, type TableWhy } from './table.ts'

/*
 * Why a record is with whom it is: who has it, in which team, how urgent, and what is promised, each with the decision that set it.
 *
 * Problem: the reasons lie in the journals of segments, in what the watchdog has decided, and in who changed what; a person asks
 * about four values, and wants for each the last that set it.
 * Representation: what was decided, the newest first; for each of the four the newest of it that led to the value which the record
 * has. What led to another value, such as the turn of somebody who has handed it on since, is no reason and is left out.
 * Invariant: nothing is told of a fact that is hidden from the reader but its name, and nothing of a value of the four that is.
 */

/** Something that was decided, and what it says of the four. */
export interface DecisionWhy {
  id: string
  at: string
  /** which workflow, and the hash of its version */
  workflow?: string
  version?: string
  /** of Step Functions */
  execution?: string
  table?: TableWhy
  assignment?: AssignmentWhy
}

export interface Why {
  /** absent: nobody, or the reader does not see who */
  owner?: HolderWhy & { decision?: string }
  team?: { id: string; title: string; how: 'table' | 'given'; decision?: string }
  priority?: { value: string; how: 'table' | 'given'; decision?: string }
  /** what happens then, step by step, if nobody does anything */
  promise?: PromiseWhy & { decision?: string }
  then: NextWhy[]
  /** those that are named above, the newest first */
  decisions: DecisionWhy[]
  language: Language
  sentence: string
}

/** What it is told from, beside the record. */
export interface Reasons extends AheadOf {
  /** segments of its file, decisions of the watchdog, and the newest changes */
  items: readonly Item[]
  tables: Readonly<Record<string, TableDefinition>>
  press: Press
}

export function whyOf(kind: WorkKind, record: WorkRecord, reasons: Reasons, reader: Reader): Why {
  const past = pastOf(reasons.items, record.runId, reasons.press)
  const sees = (field: string): boolean => !reader.isHidden(kind.name, field)
  const seesHolder = ['ownerId', 'queueId', 'teamId'].every(sees)
  const holder = seesHolder ? holderOf(record, past, reader) : undefined
  const team = sees('teamId') ? tableFor(past, 'team', record.teamId) : undefined
  const priority = sees('priority') ? record.priority : undefined
  const urgency = tableFor(past, 'priority', priority)
  const promise = promiseWhy(kind, record, past, reader)
  const used = new Uses(reasons, reader, { seesHolder, hidden: hiddenOutputs(kind, reader) })
  const teamId = sees('teamId') ? record.teamId : undefined
  const told = {
    ...(holder && { owner: { ...holder.why, ...used.note(holder.found) } }),
    ...(teamId !== undefined && { team: { ...namedTeam(teamId, reader), ...by(team), ...used.note(team) } }),
    ...(typeof priority === 'string' && {
      priority: { value: priority, ...by(urgency), ...used.note(urgency) },
    }),
    ...(promise && { promise: { ...promise.why, ...used.note(promise.found) } }),
  }
  const isAssigned = holder?.why.how === 'assigned'
  return {
    ...told,
    then: holder ? aheadOf(kind, record, past, { known: reasons, reader }) : [],
    decisions: used.decisions(),
    language: reader.language,
    sentence: sentenceOf(
      {
        kind,
        team:
          team && teamId !== undefined
            ? { title: namedTeam(teamId, reader).title, table: tableWhy(team.record, reasons.tables, reader) }
            : undefined,
        holder: holder?.why,
        assignment: isAssigned && holder.found ? assignmentWhy(holder.found.record, reader) : undefined,
        raise: holder?.found?.record,
        promise: promise?.why,
      },
      reader,
    ),
  }
}

const by = (found: Found | undefined): { how: 'table' | 'given' } => ({ how: found ? 'table' : 'given' })

/** The newest decision of a table by which a value is what it is. */
const tableFor = ({ decided }: Past, output: string, value: unknown): Found | undefined =>
  value === undefined
    ? undefined
    : entriesOf(
        bySegments(decided),
        'table',
        ({ outputs }) => (outputs as Record<string, unknown>)[output] === value,
      )[0]

/** Outputs of tables that would tell a value of the four which the reader does not see. */
function hiddenOutputs({ name, work: { promises } }: WorkKind, { isHidden }: Reader): Set<string> {
  const fields = [
    ['team', 'teamId'],
    ['priority', 'priority'],
    ...promises.map(({ step, field }, i) => [i === 0 ? 'respondWithin' : `${step}Within`, field]),
  ] as [output: string, field: string][]
  return new Set(fields.flatMap(([output, field]) => (isHidden(name, field) ? [output] : [])))
}

interface Seeing {
  seesHolder: boolean
  /** outputs of tables */
  hidden: ReadonlySet<string>
}

/** The decisions that are referred to, each told once. */
class Uses {
  private readonly used = new Set<Decided>()
  private readonly reasons: Reasons
  private readonly reader: Reader
  private readonly seeing: Seeing

  constructor(reasons: Reasons, reader: Reader, seeing: Seeing) {
    this.reasons = reasons
    this.reader = reader
    this.seeing = seeing
  }

  note(found: Found | undefined): { decision?: string } {
    if (!found) return {}
    this.used.add(found.decided)
    return { decision: found.decided.id }
  }

  decisions(): DecisionWhy[] {
    return [...this.used]
      .toSorted((one, other) => Number(one.at < other.at) - Number(one.at > other.at))
      .map((each) => this.decision(each))
  }

  private decision(decided: Decided): DecisionWhy {
    const { id, at, segment } = decided
    const [table] = entriesOf([decided], 'table')
    const [assignment] = entriesOf([decided], 'assign')
    return {
      id,
      at,
      ...(segment && {
        workflow: segment.workflow,
        version: segment.workflowVersion,
        execution: segment.execution,
      }),
      ...(table && { table: this.table(table) }),
      ...(assignment &&
        this.seeing.seesHolder && { assignment: assignmentWhy(assignment.record, this.reader) }),
    }
  }

  private table({ record }: Found): TableWhy {
    const told = tableWhy(record, this.reasons.tables, this.reader)
    const outputs = Object.entries(told.outputs).filter(([name]) => !this.seeing.hidden.has(name))
    return { ...told, outputs: Object.fromEntries(outputs) }
  }
}
