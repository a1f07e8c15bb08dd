import type { Command } from '../commands.ts'
import { keyText } from '../keys.ts'
import type { words as findWords } from '../part/find/words.ts'
import { prefer } from '../preference.ts'
import type { Screen } from '../screen.ts'
import type { Session } from '../session.tsx'
import { languages, ownName } from '../words/language.ts'

/** What can be done wherever one is. */
export function shellCommands(
  { signIn, language, words: { say } }: Session,
  on: {
    shown: readonly Screen[]
    go: (to: string) => void
    find: (typeof findWords)['en']
    help: () => void
  },
): readonly Command[] {
  const { find } = on
  return [
    ...on.shown.map(({ path, title, nav }) => ({
      name: find.go(title[language]),
      icon: nav!.icon,
      run: () => on.go(path),
      ...(nav!.key && { keys: keyText(`KeyG ${nav!.key}`) }),
    })),
    ...languages
      .filter((each) => each !== language)
      .map((each) => ({
        name: ownName[each],
        icon: 'globe' as const,
        run: () => prefer({ language: each }),
      })),
    { name: find.light, icon: 'sun', run: () => prefer({ theme: 'light' }) },
    { name: find.dark, icon: 'moon', run: () => prefer({ theme: 'dark' }) },
    { name: find.asSystem, icon: 'settings', run: () => prefer({ theme: undefined }) },
    { name: say.keys, icon: 'form', run: on.help, keys: '?' },
    { name: say.signOut, icon: 'out', run: () => void signIn.end() },
  ]
}
