import type { Fact } from '../../record/vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

interface Usable {
  fact: Fact
  kinds: string[]
}

/** The reference of facts for docs/rules.md: a table per group of names, each fact once; the nouns first. */
export function factReference(vocabulary: Vocabulary): string {
  const usable = new Map<string, Usable>()
  for (const kind of vocabulary.kinds)
    for (const fact of vocabulary.factsOf(kind)) {
      const known = usable.get(fact.name)
      // Where it is joined it is not always there: its own noun says what it is.
      const told = known && fact.joined ? known.fact : fact
      usable.set(fact.name, { fact: told, kinds: [...(known?.kinds ?? []), kind] })
    }
  const isNoun = (root: string): boolean => vocabulary.kinds.includes(root)
  const groups = Map.groupBy(
    usable.values(),
    ({ fact, kinds }) => `${rootOf(fact)} ${tablesAbout(kinds, rootOf(fact))}`,
  )
  return [...groups.values()]
    .toSorted(([a], [b]) => {
      const [one, other] = [rootOf(a!.fact), rootOf(b!.fact)]
      if (isNoun(one) !== isNoun(other)) return isNoun(one) ? -1 : 1
      return one < other ? -1 : Number(one > other)
    })
    .map((entries) => sectionOf(entries))
    .join('\n')

  function tablesAbout(kinds: readonly string[], root: string): string {
    if (kinds.length === vocabulary.kinds.length) return 'every table'
    return `tables about ${kinds.toSorted((a, b) => Number(b === root) - Number(a === root)).join(', ')}`
  }

  function sectionOf(entries: readonly Usable[]): string {
    const [{ fact: first, kinds }] = entries as [Usable, ...Usable[]]
    return [
      `### \`${rootOf(first)}.…\` — for ${tablesAbout(kinds, rootOf(first))}`,
      '',
      '| fact | type | what it is |',
      '|---|---|---|',
      ...entries.map(({ fact }) => `| \`${fact.name}\` | ${typeOf(fact)} | ${aboutOf(fact)} |`),
      '',
    ].join('\n')
  }
}

const rootOf = ({ name }: Fact): string => name.split('.')[0]!

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
