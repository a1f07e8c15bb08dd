import type { ComponentType } from 'react'
import type { ByLanguage } from './words/language.ts'
import type { IconName } from './ui/icon.tsx'
import type { Me } from './api/me.ts'

/*
 * What a screen is: one folder of screen/ with a file `screen.ts` that exports one of these. It is found, not listed, and loaded when
 * somebody goes there.
 */

export interface Screen {
  /** below `/app`, with `$name` for a part that varies */
  path: string
  title: ByLanguage<string>
  load: () => Promise<ComponentType>
  /** what of the API it shows first: asked while its script still comes; of the parts of the path that vary */
  first?: (parameters: Readonly<Record<string, string>>) => readonly string[]
  /** where it stands in the navigation; absent: it is reached from others */
  nav?: {
    icon: IconName
    /** small ones come first */
    order: number
    /** physical key after `G`, as `KeyboardEvent.code` says it */
    key?: string
    /** a tab of the phone's bar; the rest stands under "More" */
    isTab?: boolean
    /** only there: a wide window has it elsewhere */
    isPhoneOnly?: boolean
    /** absent: for everybody */
    isFor?: (me: Me) => boolean
  }
  /** shown to whoever is not signed in */
  isPublic?: boolean
}

/* Every folder of screen/ is one: its file `screen.ts` says where it is. */
const found = import.meta.glob<{ screen: Screen }>('./screen/*/screen.ts', { eager: true })

export const screens: readonly Screen[] = Object.values(found).map(({ screen }) => screen)

/** What is opened with, below `/app`. */
export const home = '/work'

/** What a path below `/app` shows: one that says it all comes before one with parts that vary. */
export function screenAt(
  path: string,
): { screen: Screen; parameters: Readonly<Record<string, string>> } | undefined {
  const given = path.split('/').filter(Boolean)
  return screens
    .toSorted((a, b) => a.path.split('$').length - b.path.split('$').length)
    .map((screen) => ({ screen, parameters: parametersOf(screen.path, given) }))
    .find(
      (each): each is { screen: Screen; parameters: Record<string, string> } => each.parameters !== undefined,
    )
}

/** Nothing where it does not fit. */
function parametersOf(pattern: string, given: readonly string[]): Record<string, string> | undefined {
  const asked = pattern.split('/').filter(Boolean)
  if (asked.length !== given.length) return undefined
  if (asked.some((part, at) => !part.startsWith('$') && part !== given[at])) return undefined
  return Object.fromEntries(
    asked.flatMap((part, at) => (part.startsWith('$') ? [[part.slice(1), given[at]!]] : [])),
  )
}
