import { useEffect, useMemo } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { History } from '../../../api/lead.ts'
import { useCalm } from '../../../part/calm.ts'
import { useSession, useWords } from '../../../session.tsx'
import { Failed } from '../../../shell/failed.tsx'
import { Button } from '../../../ui/button.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Empty, Waiting } from '../../../ui/empty.tsx'
import { useAddress, useGo } from '../../../ui/link.tsx'
import { words } from '../words.ts'
import { Line } from './event.tsx'
import { facets, idOf, storyOf } from './story.ts'
import './stream.css'

const none: ReadonlySet<string> = new Set()

/** All that happened, newest first. What comes meanwhile waits above it, but for what the reader has done himself. */
export function Stream({ history }: { history: UseQueryResult<History> }) {
  const { words: shared, me } = useSession()
  const say = useWords(words)
  const address = useAddress()
  const go = useGo()
  const { data, error, refetch } = history
  const story = useMemo(() => data && storyOf(data.events), [data])
  const { shown, fresh, letIn } = useCalm(story, none)
  const isOwn =
    fresh > 0 && (story ?? []).slice(0, fresh).some(({ event }) => idOf(event.by) === me.person.id)
  useEffect(() => {
    if (isOwn) letIn()
  }, [isOwn, letIn])
  const facet = facets.find((each) => each === address.show)
  const lines = shown.filter((each) => facet === undefined || each.facet === facet)
  return (
    <section className="stream" aria-label={say.tabs.history}>
      <header className="stream-head">
        <Choice
          label={say.tabs.history}
          value={facet ?? 'all'}
          of={(['all', ...facets] as const).map((value) => ({ value, label: say.facets[value] }))}
          onChoose={(value) => go(undefined, { ...address, show: value === 'all' ? undefined : value }, true)}
        />
        {fresh > 0 && !isOwn ? (
          <Button small weight="likely" onClick={letIn}>
            {shared.say.fresh(fresh)}
          </Button>
        ) : (
          <span className="soft">{say.newestFirst}</span>
        )}
      </header>
      {error && !data && <Failed error={error} reset={() => void refetch()} />}
      {!error && !data && <Waiting label={shared.say.loading} />}
      {data && lines.length === 0 && <Empty>{say.noHistory}</Empty>}
      <ol className="lines">
        {lines.map((entry, at) => (
          <Line key={entry.id} entry={entry} isLast={at === lines.length - 1} />
        ))}
      </ol>
    </section>
  )
}
