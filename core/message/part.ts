import { isVisible } from '../intake/read/typed.ts'
import type { Company } from '../company/company.ts'
import type { PersonId } from '../record/id.ts'
import { saidOf } from '../record/field.ts'
import { workFields } from '../record/work.ts'
import { fieldText } from './field-text.ts'
import { oneLine } from './harmless.ts'
import type { Fact, Part } from './layout.ts'
import type { Written } from './letter.ts'
import type { Facts } from './template/say.ts'

/*
 * The parts of an e-mail about a record of any kind, made of its declaration, and what letters of single kinds make
 * theirs with.
 */

/** By the names of parts; nothing when there is nothing to show. */
export const workPartOf: Readonly<Record<string, (letter: Written) => Part[]>> = {
  facts: (letter) => table(present([...promisedRows(letter), ...fieldRows(letter)])),
  why: (letter) => reasons(letter.why, letter.words.labels.why),
}

export const table = (facts: Fact[], label?: string, note?: string): Part[] =>
  facts.length ? [{ is: 'table', label, facts, note }] : []

/** Why it came to its reader. */
export const reasons = (sentences: readonly string[], label: string): Part[] =>
  sentences.length ? [{ is: 'text', label, text: sentences.join(' ') }] : []

export type Row = [label: string, text: string | undefined, address?: string | undefined]

/** The rows that a reader can see something in. */
export const present = (rows: readonly Row[]): Fact[] =>
  rows.flatMap(([label, text, address]) => {
    const value = oneLine(text ?? '', 300)
    return isVisible(value) ? [{ label, value, address }] : []
  })

/** Until when, and who has it. Where the task tells the time already, it is not told twice. */
export function promisedRows({
  facts,
  words: { labels },
  task,
}: Pick<Written, 'facts' | 'words' | 'task'>): Row[] {
  const { promised, owner } = facts
  const isTold = promised !== undefined && task.includes(String(promised))
  return [
    [labels.promised, isTold ? undefined : text(promised)],
    [labels.owner, text(owner)],
  ]
}

const text = (fact: Facts[string]): string | undefined => (fact === undefined ? undefined : String(fact))

/** Where it stands, and each field that lists show, as its declaration calls it. What work is about was said above. */
function fieldRows(letter: Written): Row[] {
  const { kind, record, words } = letter
  const kindWords = words.kinds[kind.name]
  const said = new Set([
    'status',
    // Who entered it says nothing to whoever has it now; who gave it to him stands in the reason.
    'createdBy',
    ...Object.keys(workFields(['route'])),
    ...kind.work.promises.flatMap(({ field, keptBy }) => [field, keptBy]),
  ])
  const { status } = record
  const state = status === undefined ? undefined : kind.lifecycle?.states[status]?.title
  return [
    [words.labels.status, status === undefined ? undefined : (kindWords?.values?.[status] ?? state)],
    ...kind.listed.flatMap((field): Row[] => {
      const type = kind.schema.shape[field]
      if (said.has(field) || !type) return []
      const label = kindWords?.fields?.[field] ?? saidOf(type).title ?? field
      return [[label, fieldText(type, record[field], { ...letter, kindWords })]]
    }),
  ]
}

export const queueTitle = (id: string | undefined, company: Company): string | undefined =>
  company.queues[id as keyof Company['queues']]?.title

export const personName = (id: string | undefined, company: Company): string | undefined =>
  id && (company.people[id as PersonId]?.name ?? id)
