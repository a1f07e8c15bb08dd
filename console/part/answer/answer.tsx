import { useId, useState } from 'react'
import { useNow } from '../../clock.ts'
import { undoTime } from '../../outbox.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { momentText, timeText } from '../../words/format.ts'
import { nextTimes } from './next-time.ts'
import './answer.css'

export interface About {
  /** of the record in the API: `/leads/lead_01…` */
  url: string
  kind: string
  called: string
}

/**
 * After a call: one click records how it ended, stops the reminders, and can be taken back for some seconds. A note and the next step may
 * be filled in before; neither is asked for.
 * @param onRecorded where to go on
 */
export function Answer({ about, onRecorded }: { about: About; onRecorded?: () => void }) {
  const { words, outbox, say, language } = useSession()
  const { answer } = words.say
  const now = useNow()
  const [text, setText] = useState('')
  const [nextAt, setNextAt] = useState<number>()
  const [isChoosing, setChoosing] = useState(false)
  const own = useId()
  // Only a lead's activities carry the next step; of other work it is planned.
  const takesNext = about.kind === 'lead'

  function record(outcome: string): void {
    const entry = outbox.add(
      {
        path: `${about.url}/activities`,
        body: {
          what: 'call',
          direction: 'out',
          outcome,
          ...(text.trim() && { text: text.trim() }),
          ...(nextAt !== undefined && takesNext && { nextAt: new Date(nextAt).toISOString() }),
        },
        what: 'call',
        about: about.url,
        called: about.called,
      },
      undoTime,
    )
    say({
      text: answer.recorded(about.called),
      lasts: undoTime,
      action: {
        label: words.say.undo,
        act: () => say({ text: outbox.takeBack(entry.key) ? answer.taken : answer.tooLate, lasts: 4_000 }),
      },
    })
    setText('')
    setNextAt(undefined)
    onRecorded?.()
  }

  return (
    <section className="answer" aria-labelledby={own}>
      <header>
        <h2 id={own}>{answer.after}</h2>
        <time className="soft">{timeText(language, now)}</time>
      </header>
      <textarea
        className="field"
        rows={2}
        aria-label={answer.said}
        placeholder={answer.said}
        value={text}
        maxLength={20_000}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.code === 'Enter' && (event.ctrlKey || event.metaKey)) record('reached')
        }}
      />
      {takesNext && (
        <div className="answer-next">
          <span className="soft">{answer.nextStep}</span>
          <Button small aria-expanded={isChoosing} onClick={() => setChoosing(!isChoosing)}>
            {nextAt === undefined ? answer.none : momentText(language, nextAt, now)}
          </Button>
          {isChoosing && (
            <div className="answer-times">
              {nextTimes(now).map(({ name, at }) => (
                <Button
                  small
                  key={name}
                  onClick={() => {
                    setNextAt(at)
                    setChoosing(false)
                  }}
                >
                  {answer[name]}
                </Button>
              ))}
              <input
                className="field"
                type="datetime-local"
                aria-label={answer.nextStep}
                onChange={({ target }) =>
                  setNextAt(target.value ? new Date(target.value).getTime() : undefined)
                }
              />
            </div>
          )}
        </div>
      )}
      <div className="answer-ends">
        <Button weight="primary" icon="check" onClick={() => record('reached')}>
          {answer.reached}
        </Button>
        <Button onClick={() => record('no-answer')}>{answer.noAnswer}</Button>
        <Button onClick={() => record('wrong-number')}>{answer.wrongNumber}</Button>
      </div>
      <p className="soft">{answer.stops}</p>
    </section>
  )
}
