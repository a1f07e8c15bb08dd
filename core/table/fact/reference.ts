import { factsOf, recordKinds } from './fact.ts'
import type { Fact } from '../../record/vocabulary.ts'

/** The reference of facts for docs/rules.md: a table per group of names, each fact once. */
export function factReference(): string {
  const usable = new Map<string, { fact: Fact; kinds: string[] }>()
  for (const kind of recordKinds)
    for (const fact of factsOf[kind]) {
      const entry = usable.get(fact.name) ?? { fact, kinds: [] }
      usable.set(fact.name, entry)
      entry.kinds.push(kind)
    }
  const groups = Map.groupBy(usable.values(), ({ fact }) => fact.name.split('.')[0]!)
  return [...groups]
    .map(([group, entries]) => {
      const kinds =
        entries[0]!.kinds.length === recordKinds.length
          ? 'every table'
          : `tables about ${[...new Set(entries.flatMap((entry) => entry.kinds))].join(', ')}`
      return [
        `### \`${group}.…\` — for ${kinds}`,
        '',
        '| fact | type | what it is |',
        '|---|---|---|',
        ...entries.map(({ fact }) => `| \`${fact.name}\` | ${typeOf(fact)} | ${aboutOf(fact)} |`),
        '',
      ].join('\n')
    })
    .join('\n')
}

function typeOf(fact: Fact): string {
  const words = {
    text: 'text',
    texts: 'list of texts',
    number: fact.whole ? 'whole number' : 'number',
    flag: 'true or false',
  }
  return `${words[fact.type]}${boundsOf(fact)}`
}

function boundsOf({ least, most }: Fact): string {
  if (most === undefined) return ''
  return least === undefined ? `, at most ${most}` : `, ${least} to ${most}`
}

function aboutOf(fact: Fact): string {
  const values = fact.values ? `: ${fact.values.map((value) => `\`${value}\``).join(', ')}` : ''
  const marks = [
    fact.always && 'always known',
    fact.personal && 'personal',
    fact.derived && 'derived',
  ].filter(Boolean)
  return `${fact.about}${values}${marks.length > 0 ? ` *(${marks.join(', ')})*` : ''}`
}
