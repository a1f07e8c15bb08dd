import { useRef, useState, type ReactNode } from 'react'
import { useKeys } from '../../keys.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Kinds } from './answer.tsx'
import { NextStep } from './next-step.tsx'
import { press } from './reach.tsx'
import type { ContactKind } from './draft.ts'
import { endsOf, useAnswer, type About } from './use-answer.ts'
import './answer.css'

/**
 * The same as `Answer` on one line, under a stream. Keys: `C` `W` `M` `N` choose what it was and do what it begins with: call, write, or
 * put it into words. Ctrl+Enter records it as the first end.
 * @param hint what recording does
 */
export function Composer(props: { about: About; onRecorded?: () => void; hint?: ReactNode }) {
  const { say } = useSession().words
  const { answer } = say
  const answering = useAnswer(props.about, props.onRecorded)
  const { what, direction, text, step, nextAt, set, record } = answering
  const [isAsked, setAsked] = useState(false)
  const isPlanning = isAsked || step !== '' || nextAt !== undefined
  const field = useRef<HTMLTextAreaElement>(null)
  const ends = endsOf(say, what)
  function choose(chosen: ContactKind): void {
    set({ what: chosen })
    if (chosen === 'call') press('call')()
    else if (chosen === 'email') press('write')()
    else field.current?.focus()
  }
  useKeys(
    {
      KeyC: () => choose('call'),
      KeyW: () => choose('email'),
      KeyM: () => choose('meeting'),
      KeyN: () => choose('note'),
      'Control+Enter': () => record(ends[0]!),
    },
    'answer',
  )
  return (
    <section className="composer" aria-label={answer.afterOf[what]}>
      <div className="composer-head">
        <div className="composer-kinds">
          <Kinds what={what} onChoose={(chosen) => set({ what: chosen })} />
          {what === 'email' && (
            <Choice
              label={answer.directionOf}
              value={direction}
              of={(['out', 'in'] as const).map((each) => ({ value: each, label: answer.direction[each] }))}
              onChoose={(chosen) => set({ direction: chosen })}
            />
          )}
        </div>
        {what !== 'note' && <span className="soft">{props.hint}</span>}
      </div>
      <div className="composer-line">
        <textarea
          ref={field}
          className="field"
          rows={1}
          aria-label={answer.said}
          placeholder={answer.said}
          value={text}
          maxLength={20_000}
          onChange={({ target }) => set({ text: target.value })}
        />
        {ends.slice(0, 2).map((end, at) => (
          <Button
            key={end.label}
            {...(at === 0 && { weight: 'primary', icon: 'check', 'data-act': 'record' })}
            onClick={() => record(end)}
          >
            {end.label}
          </Button>
        ))}
      </div>
      {answering.takesNext && isPlanning && <NextStep answering={answering} />}
      {(answering.takesNext || ends.length > 2) && (
        <div className="composer-more">
          {answering.takesNext && !isPlanning && (
            <Button small icon="plus" className="button quiet small" onClick={() => setAsked(true)}>
              {answer.nextStep}
            </Button>
          )}
          {ends.slice(2).map((end) => (
            <Button key={end.label} className="button quiet small" onClick={() => record(end)}>
              {end.label}
            </Button>
          ))}
        </div>
      )}
    </section>
  )
}
