import type { Language } from '../../core/record/id.ts'
import type { KindWords } from '../../core/words/kind/kind-words.ts'
import type { words as english } from './en.ts'
import { merged } from './kind/merged.ts'

/** What the shell, and parts of several screens, say; and what records, their fields and values are called. */
export interface Dictionary {
  say: Words
  kinds: Readonly<Record<string, KindWords>>
}

export type Words = typeof english

const load: Record<Language, () => Promise<Dictionary>> = {
  en: async () => ({
    say: (await import('./en.ts')).words,
    kinds: {},
  }),
  uk: async () => {
    const [{ words }, { kinds }, shown] = await Promise.all([
      import('./uk.ts'),
      import('../../core/words/kind/uk.ts'),
      import('./kind/uk.ts'),
    ])
    return { say: words, kinds: merged(kinds, shown.kinds) }
  },
  ru: async () => {
    const [{ words }, { kinds }, shown] = await Promise.all([
      import('./ru.ts'),
      import('../../core/words/kind/ru.ts'),
      import('./kind/ru.ts'),
    ])
    return { say: words, kinds: merged(kinds, shown.kinds) }
  },
}

export const loadDictionary = (language: Language): Promise<Dictionary> => load[language]()
