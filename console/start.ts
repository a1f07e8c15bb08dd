import 'holdfast:tokens.css'
import './css/base.css'
import './css/ui.css'
import './css/shell.css'
import type { Shown } from './session.tsx'
import { meAddress } from './api/address.ts'
import { openApi, type Api } from './api/client.ts'
import { preferences } from './preference.ts'
import { home, screenAt } from './screen.ts'
import { isKept, openSignIn, type Config, type SignIn } from './sign-in.ts'
import { loadDictionary } from './words/dictionary.ts'
import { firstLanguage, spokenBefore } from './words/language.ts'
import { prepare } from './words/prepare.ts'

/*
 * The first script of the page: small, so that it runs while the large one is still on its way. Who is signed in, what he may do, what the
 * address shows and its words are asked for here, beside each other, and lie ready when there is something to draw them with.
 */

export interface Opened {
  config: Config
  signIn: SignIn
  api: Api
  spoken: Pick<Shown, 'language' | 'words'>
}

async function open(): Promise<Opened> {
  const language = firstLanguage(preferences().language, spokenBefore(), ...navigator.languages)
  const words = loadDictionary(language)
  const asked = screenAt(location.pathname.replace(/^\/app\/?$/, home).replace(/^\/app(?=\/)/, ''))
  const shown = isKept() || asked?.screen.isPublic ? asked : screenAt('/sign-in')
  // It fails again where it is shown, and says so there.
  shown?.screen.load().catch(() => undefined)
  const config = (await (await fetch('/app/config.json')).json()) as Config
  const signIn = openSignIn(config)
  const api = openApi(signIn)
  if (shown && !shown.screen.isPublic)
    for (const address of [meAddress, ...(shown.screen.first?.(shown.parameters) ?? [])]) api.ahead(address)
  // Now it only waits.
  setTimeout(() => prepare(language), 50)
  return { config, signIn, api, spoken: { language, words: await words } }
}

export const opened = open()

/** A chunk of a version that is gone: the page is loaded once more, which brings the new one. */
addEventListener('vite:preloadError', () => {
  // Without a network there is no new one, and the page would be gone.
  if (!navigator.onLine) return
  const place = 'holdfast.reloaded'
  if (sessionStorage.getItem(place) === location.href) return
  sessionStorage.setItem(place, location.href)
  location.reload()
})

void import('./main.tsx')
