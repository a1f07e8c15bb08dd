import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { leadHistoryQuery, leadQuery, type Lead } from '../../api/lead.ts'
import { reasonsFor, type ReasonFor } from '../../api/why.ts'
import { useNow } from '../../clock.ts'
import { useKeys } from '../../keys.ts'
import { useOutbox } from '../../outbox.ts'
import { Answer } from '../../part/answer/answer.tsx'
import { Composer } from '../../part/answer/composer.tsx'
import { meansOf, press, Reach } from '../../part/answer/reach.tsx'
import { Held } from '../../part/outbox/held.tsx'
import { useNames } from '../../part/people.ts'
import { useSession, useWords } from '../../session.tsx'
import { Failed } from '../../shell/failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Waiting } from '../../ui/empty.tsx'
import { Link, useAddress, useGo } from '../../ui/link.tsx'
import { momentText, timeText } from '../../words/format.ts'
import { valueTitle } from '../../words/name.ts'
import { useActs, type Dialogue } from './acts.ts'
import { LeadFacts } from './facts.tsx'
import { Bar, Head, type Place } from './head.tsx'
import { usePlace } from './place.ts'
import { Stream } from './stream/stream.tsx'
import { heldSince } from './stream/story.ts'
import { words } from './words.ts'
import './lead.css'

const Convert = lazy(async () => ({ default: (await import('./dialog/convert.tsx')).Convert }))
const HandOver = lazy(async () => ({ default: (await import('./dialog/hand-over.tsx')).HandOver }))
const loadWhy = () => import('../../part/why/why.tsx')
const Why = lazy(async () => ({ default: (await loadWhy()).Why }))
const WhyPanel = lazy(async () => ({ default: (await loadWhy()).WhyPanel }))

const narrow = matchMedia('(max-width: 720px)')
const tabs = ['now', 'history', 'facts', 'why'] as const

/** One lead: who it is, what happened, why it is here, and the means to answer it. */
export function LeadScreen() {
  const { api, words: shared } = useSession()
  const { id = '' } = useParams({ strict: false } as never)
  const { data: lead, error, refetch } = useQuery(leadQuery(api, id))
  const place = usePlace(id)
  const go = useGo()
  const move = (to: string | undefined) => go(to ?? '/work', place.search)
  if (lead) return <Open key={id} lead={lead} place={place} onMove={move} />
  return (
    <div className="lead">
      <Bar called="" place={place} entries={[]} onMove={move} onMeet={() => undefined} />
      {error ? (
        <>
          <Failed error={error} reset={() => void refetch()} />
          <p className="lead-off">
            <Link to="/work">{shared.say.back}</Link>
          </p>
        </>
      ) : (
        <Waiting label={shared.say.loading} />
      )}
    </div>
  )
}

const usePhone = (): boolean =>
  useSyncExternalStore(
    (tell) => {
      narrow.addEventListener('change', tell)
      return () => narrow.removeEventListener('change', tell)
    },
    () => narrow.matches,
  )

const calledOf = ({ contact, id }: Lead): string =>
  contact?.name ?? contact?.company ?? contact?.email ?? contact?.phone ?? id

function Open({
  lead,
  place,
  onMove,
}: {
  lead: Lead
  place: Place
  onMove: (to: string | undefined) => void
}) {
  const { api, me, language, words: shared, outbox } = useSession()
  const say = useWords(words)
  const address = useAddress()
  const go = useGo()
  const now = useNow()
  const names = useNames()
  const isPhone = usePhone()
  const pending = useOutbox(outbox).filter(({ about }) => about === `/leads/${lead.id}`)
  const history = useQuery(leadHistoryQuery(api, lead.id))
  const [dialogue, setDialogue] = useState<Dialogue>()
  const called = calledOf(lead)
  const url = `/leads/${lead.id}`
  const why = reasonsFor.find((each) => each === address.why)
  const tab = tabs.find((each) => each === address.tab) ?? 'now'
  const ask = (reason: ReasonFor | undefined) =>
    go(undefined, { ...address, why: reason, ...(isPhone && reason && { tab: 'why' }) }, true)
  const goOn = () => onMove(place.next ?? place.previous)
  const { take, entries } = useActs({ lead, called }, { open: setDialogue, onGone: goOn })
  const owner = lead.ownerId === undefined ? undefined : names.person(lead.ownerId)
  const [isOpen, isMine] = [lead.status === 'open', lead.ownerId === me.person.id]
  const events = history.data?.events ?? []
  const since = lead.ownerId === undefined ? undefined : heldSince(events, lead.ownerId)

  // Whoever asks is answered at once.
  useEffect(() => {
    const timer = setTimeout(() => void loadWhy().catch(() => undefined), 1_000)
    return () => clearTimeout(timer)
  }, [])
  // The e-mail's link leads here: the first click calls.
  useEffect(() => {
    if (!isOpen || !isMine) return
    // After the picture: to look for what can be seen before it would be to lay the page out twice.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) meansOf('call')?.focus({ preventScroll: true })
    })
    return () => clearTimeout(timer)
  }, [isOpen, isMine])
  useKeys(
    {
      KeyY: () => ask(why ? undefined : 'owner'),
      BracketLeft: () => place.previous && onMove(place.previous),
      BracketRight: () => place.next && onMove(place.next),
      Escape: () => (why ? ask(undefined) : blur()),
      ...(!isPhone && isOpen
        ? {}
        : { KeyC: press('call'), KeyW: press('write'), 'Control+Enter': press('record') }),
    },
    'lead',
  )

  const about = {
    url,
    kind: 'lead',
    called,
    reach: { ...lead.contact },
    isWaiting: isOpen && lead.next === 'answer',
  }
  const hint =
    lead.due !== undefined && lead.next === 'answer'
      ? say.hint(timeText(language, Date.parse(lead.due)))
      : undefined
  const facts = (
    <LeadFacts
      lead={lead}
      events={events}
      why={why}
      onAsk={(reason) => ask(why === reason ? undefined : reason)}
      onConvert={() => setDialogue('convert')}
    />
  )
  const quote = lead.message !== undefined && (
    <blockquote>
      {lead.message}
      <span className="soft lead-came">
        {[
          valueTitle(shared, 'lead', lead.channel),
          momentText(language, Date.parse(lead.createdAt), now),
        ].join(', ')}
      </span>
    </blockquote>
  )
  const isTaken = pending.some(({ what, state }) => what === 'take' && state !== 'refused')
  const banner = isOpen && !isMine && !isTaken && (
    <p className="lead-with" role="status">
      <span>
        {withText(lead, {
          say,
          owner,
          queue: names.queue,
          since: since === undefined ? undefined : momentText(language, Date.parse(since), now),
        })}
      </span>
      <Button small weight="likely" icon="people" onClick={take}>
        {say.acts.take}
      </Button>
    </p>
  )
  return (
    <div className={`lead${why ? ' with-why' : ''}`}>
      <Bar
        lead={lead}
        called={called}
        place={place}
        entries={entries}
        onMove={onMove}
        onMeet={() => document.querySelector<HTMLElement>('.composer textarea, .answer textarea')?.focus()}
      />
      <Head lead={lead} called={called} />
      {banner}
      <Held entries={pending} />
      {isPhone ? (
        <>
          <nav className="lead-tabs" aria-label={called}>
            {tabs.map((each) => (
              <Link
                key={each}
                to={url}
                replace
                activeOptions={{ exact: true, includeSearch: true }}
                search={{
                  ...address,
                  tab: each === 'now' ? undefined : each,
                  why: each === 'why' ? (address.why ?? 'owner') : undefined,
                }}
                aria-current={each === tab ? 'page' : undefined}
              >
                {say.tabs[each]}
              </Link>
            ))}
          </nav>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keys */}
          <div className="lead-tab" role="region" aria-label={say.tabs[tab]} tabIndex={0}>
            {tab === 'now' && (
              <div className="lead-now">
                {quote}
                {isOpen && <Answer about={about} onRecorded={goOn} withKinds />}
                {facts}
              </div>
            )}
            {tab === 'history' && <Stream history={history} />}
            {tab === 'facts' && facts}
            {tab === 'why' && (
              <Suspense fallback={<Waiting label={shared.say.loading} rows={4} />}>
                <Why url={url} reason={why ?? 'owner'} />
              </Suspense>
            )}
          </div>
          <footer className="lead-reach">
            <Reach {...lead.contact} withKeys={false} isWide />
          </footer>
        </>
      ) : (
        <div className="lead-three">
          {facts}
          <div className="lead-middle">
            <Stream history={history} />
            <Composer about={about} hint={hint} {...(isOpen && { onRecorded: goOn })} />
          </div>
          {why && (
            <Suspense>
              <WhyPanel url={url} reason={why} owner={owner} onClose={() => ask(undefined)} />
            </Suspense>
          )}
        </div>
      )}
      <Suspense>
        {dialogue === 'give' && (
          <HandOver
            lead={lead}
            called={called}
            onClose={() => setDialogue(undefined)}
            // Whoever goes through other people's leads stays where he is.
            onGone={() => isMine && goOn()}
          />
        )}
        {dialogue === 'convert' && (
          <Convert lead={lead} called={called} onClose={() => setDialogue(undefined)} />
        )}
      </Suspense>
    </div>
  )
}

const blur = () => document.activeElement instanceof HTMLElement && document.activeElement.blur()

/** Who has it, when it is not the reader. */
function withText(
  { queueId }: Lead,
  {
    say,
    owner,
    queue,
    since,
  }: {
    say: (typeof words)['en']
    owner: string | undefined
    queue: (id: string) => string
    since: string | undefined
  },
): string {
  if (owner !== undefined) return since === undefined ? say.with(owner) : say.withSince(owner, since)
  return queueId === undefined ? say.nobody : say.inQueue(queue(queueId))
}
