import { useEffect, useRef, useState } from 'react'
import { prefer } from '../../preference.ts'
import { useShown, useWords } from '../../session.tsx'
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
  const begun = useRef(false)
  const isSafe = isSecureContext && 'locks' in navigator

  useEffect(() => {
    if (code === undefined || begun.current) return
    begun.current = true
    // The page is loaded once more, so that nothing of a former person is left.
    signIn.complete(new URL(location.href)).then(
      (returnTo) => location.replace(`/app${returnTo}`),
      () => setFailed(true),
    )
  }, [code, signIn])

  if (code !== undefined && !failed) return <p className="sign-in">{shared.say.loading}</p>
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>{say.title(config.company)}</h1>
        <p className="soft">{say.intro}</p>
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

/** A way back that leads elsewhere is none: the address may come from anywhere. */
const localPath = (to: string): string => (/^\/(?![/\\])/.test(to) ? to : '/')
