import { useEffect, useRef, useState } from 'react'
import { useRouter } from '@tanstack/react-router'
import { prefer } from '../../preference.ts'
import { useShown, useWords } from '../../session.tsx'
import { hasEnded, isKept, type Arrival } from '../../sign-in.ts'
import { Button } from '../../ui/button.tsx'
import { useAddress } from '../../ui/link.tsx'
import { languages } from '../../words/language.ts'
import { words } from './words.ts'
import './sign-in.css'

const names = { en: 'English', uk: 'Українська', ru: 'Русский' }

/** Signs in with the issuer, and takes up where somebody wanted to go. */
export function SignIn() {
  const { config, signIn, language, words: shared } = useShown()
  const say = useWords(words)
  const { to = '/', code, error } = useAddress()
  const [failed, setFailed] = useState(error !== undefined)
  const router = useRouter()
  const begun = useRef(false)
  const isSafe = isSecureContext && 'locks' in navigator

  useEffect(() => {
    if (code === undefined || begun.current) return
    begun.current = true
    // Another page is loaded, so that nothing of a former person is left.
    signIn.complete(new URL(location.href)).then(arrive, () => {
      // Whoever has come here by going forward, or by an address of another, is signed in all the same.
      if (isKept()) location.replace('/app/')
      else setFailed(true)
    })
  }, [code, signIn])

  useEffect(() => {
    if (code !== undefined) return
    const there = `/app${localPath(to)}`
    const isIn = () => isKept() && !hasEnded()
    if (isIn()) router.history.replace(there)
    // The browser may show the page as it was left: it is loaded once more, too.
    const onShown = ({ persisted }: PageTransitionEvent) => persisted && isIn() && location.replace(there)
    addEventListener('pageshow', onShown)
    return () => removeEventListener('pageshow', onShown)
  }, [code, to, router])

  if (code !== undefined && !failed) return <p className="sign-in">{shared.say.loading}</p>
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>{say.title(config.company)}</h1>
        <p className="soft">{say.intro}</p>
        {!failed && hasEnded() && (
          <p className="sign-in-ended" role="status">
            {say.ended}
          </p>
        )}
        {failed && <p role="alert">{say.wrong}</p>}
        {isSafe ? (
          <Button
            weight="primary"
            autoFocus
            onClick={() => void signIn.begin(localPath(to), language).catch(() => setFailed(true))}
          >
            {say.button}
          </Button>
        ) : (
          <p role="alert">{shared.say.insecure}</p>
        )}
        <div className="sign-in-languages" role="group" aria-label={say.language}>
          {languages.map((each) => (
            <Button
              key={each}
              small
              weight="quiet"
              lang={each}
              aria-pressed={each === language}
              onClick={() => prefer({ language: each })}
            >
              {names[each]}
            </Button>
          ))}
        </div>
      </div>
    </main>
  )
}

/**
 * Back to the page on which signing in began, which leads on: whoever goes back from where he wanted to go meets neither the issuer's form
 * nor this page. Where the history cannot be counted, this page alone is taken out of it.
 */
function arrive({ returnTo, pages }: Arrival): void {
  const goOn = () => location.replace(`/app${returnTo}`)
  if (pages <= 0) return goOn()
  history.go(-pages)
  setTimeout(goOn, 3_000)
}

/** A way back that leads elsewhere is none: the address may come from anywhere. */
const localPath = (to: string): string => (/^\/(?![/\\])/.test(to) ? to : '/')
