import type { Found } from '../../api/find.ts'
import type { Command } from '../../commands.ts'

/** By kinds, in the order in which the best of each was found. */
export const byKind = (found: readonly Found[]): { kind: string; found: readonly Found[] }[] =>
  [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, of]) => ({ kind, found: of }))

/** The field by which it was found and what of it, without what it is called: that stands there already. */
export function reasonOf({ because }: Found): { field: string; isLike: boolean } | undefined {
  const [best] = because.toSorted((a, b) => weight(b.how) - weight(a.how))
  return best && { field: best.field, isLike: best.how === 'like' }
}

const weight = (how: Found['because'][number]['how']): number => ['like', 'has', 'begins', 'is'].indexOf(how)

/** Those whose name has the beginnings of all words that were typed; all, where nothing was. */
export function commandsFor(commands: readonly Command[], text: string): readonly Command[] {
  const asked = wordsOf(text)
  return commands.filter(({ name }) => {
    const has = wordsOf(name)
    return asked.every((word) => has.some((each) => each.startsWith(word)))
  })
}

const wordsOf = (text: string): string[] => text.toLocaleLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
