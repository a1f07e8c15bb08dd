import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { askAnew } from '../api/anew.ts'
import type { Api } from '../api/client.ts'
import { meQuery, type Me } from '../api/me.ts'
import { onOthers } from '../api/others.ts'
import { makeOutbox } from '../outbox.ts'
import {
  SessionContext,
  ShownContext,
  usePreferences,
  type Notice,
  type Session,
  type Shown,
} from '../session.tsx'
import { isKept } from '../sign-in.ts'
import type { Opened } from '../start.ts'
import { loadDictionary } from '../words/dictionary.ts'
import { firstLanguage, keepSpoken } from '../words/language.ts'
import { showZone } from '../words/zone.ts'
import { Button } from '../ui/button.tsx'
import { Failed } from './failed.tsx'
import { Notices } from './notices.tsx'

/* Makes what every screen is given: the words, and, of whoever is signed in, who he is. */

export function SessionProvider({ given, children }: { given: Opened; children: ReactNode }) {
  const { config, signIn, api } = given
  const chosen = usePreferences().language
  const { data: me, error, refetch } = useQuery({ ...meQuery(api), enabled: isKept() })
  if (me) showZone(me.person.timeZone)
  const language = firstLanguage(chosen, me?.person.language, ...navigator.languages)
  // In another language than the first, what is shown stays until its words are there.
  const [spoken, setSpoken] = useState(given.spoken)
  useEffect(() => {
    // All would be drawn once more.
    if (language === spoken.language) return
    let isAsked = true
    void loadDictionary(language).then((words) => isAsked && setSpoken({ language, words }))
    return () => void (isAsked = false)
  }, [language, spoken.language])
  useEffect(() => {
    document.documentElement.lang = spoken.language
    keepSpoken(spoken.language)
  }, [spoken])
  const shown = useMemo<Shown>(() => ({ config, signIn, ...spoken }), [config, signIn, spoken])
  return (
    <ShownContext value={shown}>
      {error && !me && isKept() ? (
        <main className="sheet">
          <Failed error={error} reset={() => void refetch()} />
          <div className="empty">
            <Button icon="out" onClick={() => void signIn.end()}>
              {shown.words.say.signOut}
            </Button>
          </div>
        </main>
      ) : (
        <WithSession api={api} me={me} shown={shown}>
          {children}
        </WithSession>
      )}
    </ShownContext>
  )
}

function WithSession(props: { api: Api; me: Me | undefined; shown: Shown; children: ReactNode }) {
  const { api, me, shown, children } = props
  const queries = useQueryClient()
  const [notice, say] = useState<Notice>()
  const onGone = useCallback(() => say(undefined), [])
  const person = me?.person.id
  const outbox = useMemo(() => {
    if (person === undefined) return undefined
    return makeOutbox({ api, person, done: () => askAnew(queries) })
  }, [api, person, queries])
  useEffect(() => outbox?.open(), [outbox])
  const { signIn } = shown
  useEffect(() => {
    if (outbox) signIn.onEnd(() => outbox.flush())
  }, [outbox, signIn])
  useEffect(() => onOthers(() => void askAnew(queries)), [queries])
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
