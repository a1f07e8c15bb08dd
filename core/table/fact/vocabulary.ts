/*
 * What decision tables may ask about, for every kind of record: from it come the checker's knowledge of names, types and
 * values, the JSON Schema with its completion, the reference in docs/rules.md, and which facts are personal.
 *
 * Problem: facts belong to nouns, of which the engine knows none.
 * Representation: nouns are an argument (kinds as the build finds them, and nouns of which rules speak before they are
 * kinds). A table about one may use its fields, what is computed of them, the facts of the nouns that it joins, and
 * those of the moment. Of a joined noun nothing is always there: the record may have none.
 */

import { anyWork, factsOfNoun, type Fact, type FactType, type Noun } from '../../record/vocabulary.ts'
import { momentFacts } from './moment.ts'

/** How a problem calls a value of each type. */
export const article: Record<FactType, string> = {
  text: 'a text',
  texts: 'a list of texts',
  number: 'a number',
  flag: 'true or false',
}

export interface Vocabulary {
  nouns: readonly Noun[]
  /** every kind of record that a table may be about, in the order of the alphabet */
  kinds: readonly string[]
  /** every fact that a table about this kind of record may use */
  factsOf(kind: string): readonly Fact[]
  /** the fact of this name, `lead.source.utm.campaign` by its family `lead.source.utm.*` too */
  find(kind: string, name: string): Fact | undefined
  /** fields of these records that no table asks about, and why */
  leftOutOf(kind: string): Readonly<Record<string, string>>
}

interface Known {
  facts: Map<string, Fact>
  leftOut: Record<string, string>
}

/** The vocabulary of these nouns. What no door leads to is bookkeeping, and no table is about it. */
export function vocabularyOf(found: Iterable<Noun>): Vocabulary {
  const nouns = [...found]
    .filter(({ doors }) => doors?.length !== 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const known = new Map<string, Known>()

  function ofKind(kind: string): Known {
    let whole = known.get(kind)
    if (!whole) known.set(kind, (whole = gather(kind)))
    return whole
  }

  function gather(kind: string): Known {
    const own = nouns.find(({ name }) => name === kind)
    if (!own) return { facts: new Map(), leftOut: {} }
    const joined = (own.joins ?? []).flatMap((join) =>
      nouns.filter(({ name, work }) => name !== kind && (join === anyWork ? work : name === join)),
    )
    const parts = [factsOfNoun(own), ...joined.map(factsOfNoun)]
    const told = parts.flatMap(({ facts }, i) =>
      i ? facts.map(({ always: _, ...fact }): Fact => ({ ...fact, joined: true })) : facts,
    )
    const facts = new Map<string, Fact>()
    for (const fact of [...told, ...momentFacts]) if (!facts.has(fact.name)) facts.set(fact.name, fact)
    return { facts, leftOut: Object.assign({}, ...parts.map(({ leftOut }) => leftOut)) }
  }

  return {
    nouns,
    kinds: nouns.map(({ name }) => name),
    factsOf: (kind) => [...ofKind(kind).facts.values()],
    find(kind, name) {
      const { facts } = ofKind(kind)
      const exact = facts.get(name)
      if (exact && !name.endsWith('*')) return exact
      const family = facts.get(`${name.slice(0, name.lastIndexOf('.'))}.*`)
      return family && { ...family, name }
    },
    leftOutOf: (kind) => ofKind(kind).leftOut,
  }
}
