import { useEffect } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { calledOf, fileQuery } from '../../api/file.ts'
import { kinds, type Kind } from '../../api/kinds.ts'
import { mayDo } from '../../api/me.ts'
import { useOutbox } from '../../outbox.ts'
import { Composer } from '../../part/answer/composer.tsx'
import { Held } from '../../part/outbox/held.tsx'
import { Reach } from '../../part/answer/reach.tsx'
import { useSession, useWords } from '../../session.tsx'
import { Failed } from '../../shell/failed.tsx'
import { NotFound } from '../../shell/not-found.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Empty, Waiting } from '../../ui/empty.tsx'
import { useAddress, useGo } from '../../ui/link.tsx'
import { Beside } from './beside.tsx'
import { RecordFacts } from './facts.tsx'
import { Head, reachOfRecord } from './head.tsx'
import { Timeline } from './timeline.tsx'
import { words } from './words.ts'
import './file.css'

/** What of what happened, as the API asks for it. */
const facets = {
  all: {},
  talk: { what: 'call,email,meeting,chat,sms,social,visit,letter' },
  work: { kinds: 'lead,opportunity,ticket,task,meeting,file' },
  moves: { kinds: 'milestone' },
  consents: { kinds: 'consent' },
} as const
type Facet = keyof typeof facets

/** The file of a record: what is known of it, what is open, and what happened, newest first. */
export function File() {
  const { plural, id }: { plural: string; id: string } = useParams({ strict: false } as never)
  const kind = kinds.find((each) => each.plural === plural && each.doors.includes('read'))
  return kind ? <OfKind key={id} kind={kind} id={id} /> : <NotFound />
}

function OfKind({ kind, id }: { kind: Kind; id: string }) {
  const { api, me, outbox, words: shared } = useSession()
  const say = useWords(words)
  const go = useGo()
  const { what, kinds: asked, tab = 'now' } = useAddress()
  const query = useInfiniteQuery(
    fileQuery(api, { kind: kind.name, plural: kind.plural, id }, { what, kinds: asked }),
  )
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  const waiting = useOutbox(outbox).filter(
    ({ about, state }) => about.endsWith(`/${id}`) && state !== 'refused',
  )
  const pending = waiting.filter(({ path }) => path.endsWith('/activities'))
  const [first] = data?.pages ?? []
  const record = first?.record
  const called = record && calledOf(record)
  useEffect(() => {
    if (called !== undefined) document.title = `${called} · Holdfast`
  }, [called])
  if (error && !record) return <Failed error={error} reset={() => void refetch()} />
  if (!record || !first) return <Waiting label={shared.say.loading} rows={8} />

  const entries = data!.pages.flatMap(({ timeline }) => timeline)
  const shownFacets = (Object.keys(facets) as Facet[]).filter(
    (each) => ['all', 'talk', 'moves'].includes(each) || kind.name === 'customer',
  )
  const facet = shownFacets.find((each) => {
    const of: { what?: string; kinds?: string } = facets[each]
    return of.what === what && of.kinds === asked
  })
  const tabs = ['now', 'history', 'facts'] as const
  return (
    <div className="file" data-tab={tab}>
      <Head kind={kind} record={record} />
      <Held entries={waiting} />
      <nav className="file-tabs" aria-label={say.tabsOf}>
        {tabs.map((each) => (
          <button
            key={each}
            type="button"
            aria-current={each === tab}
            onClick={() =>
              go(undefined, { what, kinds: asked, tab: each === 'now' ? undefined : each }, true)
            }
          >
            {say.tabs[each]}
          </button>
        ))}
      </nav>
      <div className="file-parts">
        <aside className="file-facts" aria-label={say.facts}>
          <RecordFacts kind={kind} record={record} onSeen={() => void refetch()} />
        </aside>
        <section className="file-stream" aria-label={say.tabs.history}>
          <div className="file-facets">
            <Choice
              label={say.tabs.history}
              value={facet ?? ''}
              of={shownFacets.map((each) => ({ value: each as string, label: say.facets[each] }))}
              onChoose={(value) =>
                go(undefined, { ...facets[value as Facet], tab: tab === 'now' ? undefined : tab }, true)
              }
            />
            <span className="soft wide-only">{say.newestFirst}</span>
          </div>
          <div className="file-entries">
            {error && <p className="soft">{shared.say.failed}</p>}
            {entries.length + pending.length === 0 && !hasNextPage && (
              <Empty
                action={
                  facet !== 'all' && (
                    <Button onClick={() => go(undefined, { tab }, true)}>{say.everything}</Button>
                  )
                }
              >
                {facet === 'all' ? say.nothingYet : say.nothingOfIt}
              </Empty>
            )}
            <Timeline kind={kind} pending={pending} entries={entries} />
            {hasNextPage && (
              <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {say.older}
              </Button>
            )}
          </div>
        </section>
        {mayDo(me, kind.name, 'activity') && (
          <Composer about={{ url: `/${kind.plural}/${id}`, kind: kind.name, called: called! }} />
        )}
        <aside className="file-beside" aria-label={say.open}>
          <Beside kind={kind} record={record} open={first.open} isCut={first.isOpenCut} />
        </aside>
      </div>
      <div className="file-reach">
        <Reach {...reachOfRecord(record)} withKeys={false} />
      </div>
    </div>
  )
}
