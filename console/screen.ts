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
