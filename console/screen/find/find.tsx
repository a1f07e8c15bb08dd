import { useEffect, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Refused } from '../../api/client.ts'
import { findQuery, isEnough } from '../../api/find.ts'
import { placeOf } from '../../api/kinds.ts'
import { byKind } from '../../part/find/found.ts'
import { FoundRow } from '../../part/find/found-row.tsx'
import { useSettled } from '../../part/find/settled.ts'
import { words } from '../../part/find/words.ts'
import { useSession, useWords } from '../../session.tsx'
import { Failed } from '../../shell/failed.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Empty, Waiting } from '../../ui/empty.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Link, useAddress, useGo } from '../../ui/link.tsx'
import { kindTitle } from '../../words/name.ts'
import './find.css'

const most = 50

/** All that has what somebody types, by kinds. What is asked stands in the address. */
export function Find() {
  const { api, words: shared } = useSession()
  const say = useWords(words)
  const go = useGo()
  const { text: asked = '', kind } = useAddress()
  const [typed, setTyped] = useState(String(asked))
  const text = useSettled(typed.trim())
  const told = useRef(text)
  useEffect(() => {
    // What is typed goes into the address, never the other way round while somebody types.
    if (told.current === text) return
    told.current = text
    if (text !== String(asked)) go(undefined, { text: text || undefined, kind }, true)
  })
  useEffect(() => {
    if (document.activeElement?.id !== 'find-text') setTyped(String(asked))
  }, [asked])
  const { data, error, refetch, isFetching } = useQuery(findQuery(api, { text, limit: most }))
  const isAsked = isEnough(text)
  const all = isAsked ? (data ?? []) : []
  const groups = byKind(all)
  const shown = groups.filter((each) => kind === undefined || each.kind === kind)
  return (
    <div className="find">
      <div className="find-head" role="search">
        <h1 className="hidden">{shared.say.search}</h1>
        <label className="find-box">
          <Icon name="search" />
          <input
            id="find-text"
            type="search"
            className="field"
            aria-label={shared.say.search}
            placeholder={say.what}
            value={typed}
            autoFocus
            spellCheck={false}
            maxLength={200}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => event.key === 'ArrowDown' && moveFocus(event, 1)}
          />
        </label>
        {groups.length > 1 && (
          <Choice
            label={say.actions}
            value={kind ?? ''}
            of={[
              { value: '', label: `${say.everything} ${all.length}` },
              ...groups.map((each) => ({
                value: each.kind,
                label: `${kindTitle(shared, each.kind)} ${each.found.length}`,
              })),
            ]}
            onChoose={(value) => go(undefined, { text, kind: value || undefined }, true)}
          />
        )}
      </div>
      <div
        className="find-list"
        role="group"
        aria-label={shared.say.search}
        aria-busy={isFetching}
        onKeyDown={moveByArrows}
      >
        {!isAsked && <Empty>{say.hint}</Empty>}
        {isAsked && error && <Problem error={error} again={() => void refetch()} />}
        {isAsked && !error && !data && <Waiting label={say.searching} />}
        {isAsked && !error && data && !isFetching && all.length === 0 && <Empty>{say.nothing(text)}</Empty>}
        {!error &&
          shown.map(({ kind: each, found }) => (
            <section key={each} aria-label={kindTitle(shared, each)}>
              <h2 className="soft">
                {kindTitle(shared, each)} <span className="number">{found.length}</span>
              </h2>
              <ul>
                {found.map((one) => (
                  <li key={one.id}>
                    <Link className="find-row" to={placeOf(one.id) ?? '/find'}>
                      <FoundRow found={one} />
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </div>
  )
}

/** Too little to look for is no failure: the API says what it needs. */
const Problem = ({ error, again }: { error: unknown; again: () => void }) =>
  error instanceof Refused && error.status === 400 ? (
    <Empty>{error.message}</Empty>
  ) : (
    <Failed error={error} reset={again} />
  )

function moveByArrows(event: React.KeyboardEvent): void {
  if (event.key === 'ArrowDown') moveFocus(event, 1)
  if (event.key === 'ArrowUp') moveFocus(event, -1)
}

/** From the box into the list, through it, and back. */
function moveFocus(event: React.KeyboardEvent, by: number): void {
  const places = [...document.querySelectorAll<HTMLElement>('#find-text, .find-row')]
  const next = places[places.indexOf(document.activeElement as HTMLElement) + by]
  if (!next) return
  event.preventDefault()
  event.stopPropagation()
  next.focus()
}
