import { useId } from 'react'
import { useNow } from '../../clock.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { timeText } from '../../words/format.ts'
import { NextStep } from './next-step.tsx'
import { contactKinds } from './draft.ts'
import { endsOf, useAnswer, type About } from './use-answer.ts'
import './answer.css'

/**
 * After a call: one click records how it ended, stops the reminders, and can be taken back for some seconds. A note and the next step may
 * be filled in before; neither is asked for.
 * @param onRecorded where to go on
 * @param withKinds whether it may be another contact than a call
 */
export function Answer(props: { about: About; onRecorded?: () => void; withKinds?: boolean }) {
  const { words, language } = useSession()
  const { answer } = words.say
  const now = useNow()
  const own = useId()
  const answering = useAnswer(props.about, props.onRecorded)
  const { what, text, set, record } = answering
  const ends = endsOf(words.say, what)
  return (
    <section className="answer" aria-labelledby={own}>
      <header>
        <h2 id={own}>{answer.afterOf[what]}</h2>
        <time className="soft">{timeText(language, now)}</time>
      </header>
      {props.withKinds && <Kinds what={what} onChoose={(chosen) => set({ what: chosen })} />}
      <textarea
        className="field"
        rows={2}
        aria-label={answer.said}
        placeholder={answer.said}
        value={text}
        maxLength={20_000}
        onChange={({ target }) => set({ text: target.value })}
        onKeyDown={(event) => {
          if (event.code !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          record(ends[0]!)
        }}
      />
      {answering.takesNext && (
        <>
          <span className="soft answer-label">{answer.nextStep}</span>
          <NextStep answering={answering} />
        </>
      )}
      <div className="answer-ends">
        {ends.map((end, at) => (
          <Button
            key={end.label}
            {...(at === 0 && { weight: 'primary', icon: 'check', 'data-act': 'record' })}
            onClick={() => record(end)}
          >
            {end.label}
          </Button>
        ))}
      </div>
      {what !== 'note' && props.about.isWaiting && <p className="soft">{answer.stops[what]}</p>}
    </section>
  )
}

/** Which contact it was. */
export function Kinds({
  what,
  onChoose,
}: {
  what: string
  onChoose: (what: (typeof contactKinds)[number]) => void
}) {
  const { activity, answer } = useSession().words.say
  return (
    <Choice
      label={answer.kind}
      value={what as (typeof contactKinds)[number]}
      of={contactKinds.map((each) => ({ value: each, label: activity[each]! }))}
      onChoose={onChoose}
    />
  )
}
