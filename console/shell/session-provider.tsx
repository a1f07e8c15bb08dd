import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Api } from '../api/client.ts'
import { meQuery, type Me } from '../api/me.ts'
import { setNow } from '../clock.ts'
import { openOutbox, type Outbox } from '../outbox.ts'
import { usePreferences } from '../preference.ts'
import { SessionContext, ShownContext, type Notice, type Session, type Shown } from '../session.tsx'
import { isKept, type Config, type SignIn } from '../sign-in.ts'
import { loadDictionary, type Dictionary } from '../words/dictionary.ts'
import { firstLanguage } from '../words/language.ts'
import { Notices } from './notices.tsx'

/* Makes what every screen is given: first the words, then, of whoever is signed in, who he is. */

export function SessionProvider(props: { config: Config; signIn: SignIn; api: Api; children: ReactNode }) {
  const { config, signIn, api, children } = props
  const chosen = usePreferences().language
  const { data: me } = useQuery({ ...meQuery(api), enabled: isKept() })
  const language = firstLanguage(chosen, me?.person.language, ...navigator.languages)
  const [words, setWords] = useState<Dictionary>()
  useEffect(() => {
    document.documentElement.lang = language
    void loadDictionary(language).then(setWords)
  }, [language])
  useEffect(() => {
    if (me) setNow(me.now)
  }, [me])
  const shown = useMemo<Shown | undefined>(
    () => words && { config, signIn, language, words },
    [config, signIn, language, words],
  )
  if (!shown) return null
  return (
    <ShownContext value={shown}>
      <WithSession api={api} me={me} shown={shown}>
        {children}
      </WithSession>
    </ShownContext>
  )
}

function WithSession(props: { api: Api; me: Me | undefined; shown: Shown; children: ReactNode }) {
  const { api, me, shown, children } = props
  const queries = useQueryClient()
  const [notice, say] = useState<Notice>()
  const onGone = useCallback(() => say(undefined), [])
  const person = me?.person.id
  const [outbox, setOutbox] = useState<Outbox>()
  useEffect(() => {
    if (person === undefined) return
    const opened = openOutbox({
      api,
      person,
      done: () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'people' }),
    })
    setOutbox(opened)
    return () => opened.close()
  }, [api, person, queries])
  const session = useMemo<Session | undefined>(
    () => (me && outbox ? { ...shown, api, me, outbox, say } : undefined),
    [shown, api, me, outbox],
  )
  return (
    <SessionContext value={session}>
      {children}
      <Notices notice={notice} onGone={onGone} />
    </SessionContext>
  )
}
