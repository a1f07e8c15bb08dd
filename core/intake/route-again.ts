import { toInstant, toMilliseconds } from '../record/id.ts'
import { Fault, isFault } from '../record/fault.ts'
import type { DecisionRecord } from '../kind/system/decision.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { MessageData } from '../kind/system/message.ts'
import { conjunctsOf } from '../table/condition.ts'
import { valueAt } from '../table/fact/path.ts'
import { factsFor } from '../table/fact/derive.ts'
import type { Explanation } from '../table/table.ts'
import type { TableDefinition } from '../table/definition.ts'
import { declaredFields } from '../kind/sales/declared-field.ts'
import type { Merging } from './merge.ts'

/*
 * The route of an open lead, looked at again when a merge changed a fact that its routing table reads.
 * A lead that waits for its first answer goes where the table sends it now, by the same workflow that routed it
 * (decision 0015). One that was answered, or that somebody took by his own choice, stays with him: a customer is not
 * handed on in the middle of a conversation. Either way the decision says what the table says now.
 */

/** As a new lead waits for the workflow before the watchdog takes it up. */
export const routeWithinMilliseconds = 2 * 60_000

export interface Rerouting {
  entries: DecisionRecord['entries']
  /** it is to be routed again */
  next?: Pick<Lead, 'next' | 'due'>
  /** what the holder's e-mail says of it; nothing when the route is as before */
  told?: Pick<MessageData, 'route' | 'because' | 'team' | 'rule'>
}

type Rule = NonNullable<MessageData['rule']>

/** Nothing when the lead was not routed yet, or when nothing changed that its table reads. */
export async function routeAgain({
  open,
  merged,
  run,
  arrival,
  rules,
}: Merging & { merged: Lead }): Promise<Rerouting | undefined> {
  const rule = run?.variables.rule as Rule | undefined
  if (!run || !open.teamId || !rule || open.next === 'route') return undefined
  const now = toMilliseconds(arrival.receivedAt)
  const step = `merge ${rule.table}`
  try {
    const table = rules.table(rule.table)
    const moment = { now, company: rules.company }
    const facts = (lead: Lead) => factsFor(table.definition, { lead }, [leadKind], moment)
    const [before, after] = [facts(open), facts(merged)]
    const changed = factsRead(table.definition).filter(
      (name) => JSON.stringify(valueAt(before, name)) !== JSON.stringify(valueAt(after, name)),
    )
    if (!changed.length) return undefined
    const explanation = await table.explain(after, now)
    const { team, priority, respondWithin } = explanation.decision.outputs
    if (typeof team !== 'string' || typeof respondWithin !== 'string')
      throw new Fault('config.broken', 'the table gave no team or no respondWithin')
    const calendar = rules.calendar(rules.team(team).calendar)
    const respondBy = toInstant(calendar.add(now, respondWithin, 'business'))
    const isSame =
      team === open.teamId &&
      priority === open.priority &&
      (open.answeredAt !== undefined || open.respondBy === undefined || respondBy >= open.respondBy)
    const isTaken = open.ownerId !== undefined && open.ownerId !== run.variables.owner
    const unanswered = isTaken ? ('taken' as const) : ('not-answered' as const)
    const because = open.answeredAt ? ('answered' as const) : unanswered
    const route = isSame || because !== 'not-answered' ? 'stays' : 'again'
    const record = { changed, route, because: isSame ? 'same-route' : because, before: open.teamId }
    return {
      entries: [
        { step, what: 'table', record: explanation.record },
        { step, what: route === 'again' ? 'assign' : 'skip', record },
      ],
      ...(route === 'again' && {
        next: { next: 'route' as const, due: toInstant(now + routeWithinMilliseconds) },
      }),
      ...(!isSame && { told: { route, because, team, rule: ruleOf(explanation) } }),
    }
  } catch (error) {
    if (!isFault(error)) throw error
    // A table that was removed or that fails must not refuse a customer.
    return { entries: [{ step, what: 'skip', record: { because: error.code, text: error.message } }] }
  }
}

function ruleOf({ definition, decision }: Explanation): Rule {
  const row = definition.rows.find(({ id }) => id === decision.rows[0])
  return {
    table: definition.name,
    version: definition.version,
    row: row?.id ?? 'default',
    ...(row?.note && { note: row.note }),
  }
}

/** What its rows ask about. An output that is computed may read anything: those of a lead that a merge changes. */
function factsRead({ rows, default: otherwise }: TableDefinition): string[] {
  const asked = rows.flatMap(({ when }) => conjunctsOf(when).flatMap(({ paths }) => paths))
  const isComputed = [...rows, ...(otherwise ? [otherwise] : [])].some(({ then }) =>
    Object.values(then).some((value) => typeof value === 'object'),
  )
  return [...new Set([...asked, ...(isComputed ? mergeable() : [])])]
}

const mergeable = (): string[] =>
  [
    'country',
    'product',
    'employees',
    'budget',
    'language',
    'emailDomain',
    'contact',
    'message',
    ...declaredFields().keys(),
  ].map((field) => `lead.${field}`)
