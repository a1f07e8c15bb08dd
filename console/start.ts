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
import { words as stuckWords } from './words/stuck.ts'

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

const language = firstLanguage(preferences().language, spokenBefore(), ...navigator.languages)

async function open(): Promise<Opened> {
  const words = loadDictionary(language)
  const asked = screenAt(location.pathname.replace(/^\/app\/?$/, home).replace(/^\/app(?=\/)/, ''))
  const shown = isKept() || asked?.screen.isPublic ? asked : screenAt('/sign-in')
  // It fails again where it is shown, and says so there.
  shown?.screen.load().catch(() => undefined)
  const answer = await fetch('/app/config.json')
  if (!answer.ok) throw new Error(`/app/config.json: HTTP ${answer.status}`)
  const config = (await answer.json()) as Config
  const signIn = openSignIn(config)
  const api = openApi(signIn)
  if (shown && !shown.screen.isPublic)
    for (const address of [meAddress, ...(shown.screen.first?.(shown.parameters) ?? [])]) api.ahead(address)
  // Now it only waits.
  setTimeout(() => prepare(language), 50)
  return { config, signIn, api, spoken: { language, words: await words } }
}

/** Nothing can be drawn: the page says so where it said its name, and how to go on. */
function stuck(): void {
  const place = document.querySelector('.opening')
  if (!place) return
  document.documentElement.lang = language
  const again = document.createElement('button')
  again.className = 'button'
  again.textContent = stuckWords[language].again
  again.addEventListener('click', () => location.reload())
  place.removeAttribute('aria-hidden')
  place.setAttribute('role', 'alert')
  place.replaceChildren(stuckWords[language].text, again)
}

/** A chunk of a version that is gone: the page is loaded once more, which brings the new one. */
addEventListener('vite:preloadError', () => {
  // Without a network there is no new one, and the page would be gone.
  if (!navigator.onLine) return
  const place = 'holdfast.reloaded'
  if (Date.now() - Number(sessionStorage.getItem(place)) < 60_000) return
  // A server that does not answer has no newer page either: what is shown would be gone.
  void fetch('/app/version.json', { cache: 'no-store' }).then(
    ({ ok }) => {
      if (!ok) return
      sessionStorage.setItem(place, String(Date.now()))
      location.reload()
    },
    () => undefined,
  )
})

const opened = open()
// Whoever draws hears of it, and may come later than that.
opened.catch(() => undefined)
import('./main.tsx').then(({ draw }) => draw(opened)).catch(stuck)
