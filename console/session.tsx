import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Language } from '../core/record/id.ts'
import type { Api } from './api/client.ts'
import type { Me } from './api/me.ts'
import type { Outbox } from './outbox.ts'
import { onPreference, preferences, type Preferences } from './preference.ts'
import type { Config, SignIn } from './sign-in.ts'
import type { ByLanguage } from './words/language.ts'
import type { Dictionary } from './words/dictionary.ts'

/* What every screen is given. */

export interface Shown {
  config: Config
  signIn: SignIn
  language: Language
  /** of the shell and of parts; a screen has its own beside it */
  words: Dictionary
}

export interface Session extends Shown {
  api: Api
  me: Me
  outbox: Outbox
  /** tells somebody something for some seconds */
  say(notice: Notice): void
}

export interface Notice {
  text: string
  action?: { label: string; act: () => void }
  /** milliseconds; default: 10 s */
  lasts?: number
}

export const ShownContext = createContext<Shown | undefined>(undefined)
export const SessionContext = createContext<Session | undefined>(undefined)

export function useShown(): Shown {
  const shown = useContext(ShownContext)
  if (!shown) throw new Error('outside of the console')
  return shown
}

/** Throws where nobody is signed in: on a screen that is public. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('nobody is signed in')
  return session
}

/** A screen's own words, in the language that is shown. */
export const useWords = <Words,>(words: ByLanguage<Words>): Words => words[useShown().language]

export const usePreferences = (): Preferences => useSyncExternalStore(onPreference, preferences)
