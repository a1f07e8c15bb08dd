import { useId, useState } from 'react'
import { useNow } from '../../clock.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { momentText } from '../../words/format.ts'
import { momentOf } from '../../words/zone.ts'
import { ZoneNote } from '../zone-note.tsx'
import { nextTimes } from './next-time.ts'
import type { Answering } from './use-answer.ts'

/** What is to be done next, and when: both may be left out. */
export function NextStep({ answering: { step, nextAt, set } }: { answering: Answering }) {
  const { words, language } = useSession()
  const { answer } = words.say
  const now = useNow()
  const [isChoosing, setChoosing] = useState(false)
  const known = useId()
  return (
    <div className="answer-next">
      <input
        className="field answer-step"
        aria-label={answer.nextStep}
        placeholder={answer.nextStepFor}
        list={known}
        maxLength={200}
        value={step}
        onChange={({ target }) => set({ step: target.value })}
      />
      <datalist id={known}>
        {answer.steps.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </datalist>
      <Button icon="clock" aria-expanded={isChoosing} onClick={() => setChoosing(!isChoosing)}>
        {nextAt === undefined ? answer.when : momentText(language, nextAt, now)}
      </Button>
      {isChoosing && (
        <div className="answer-times">
          {nextTimes(now).map(({ name, at }) => (
            <Button
              small
              key={name}
              onClick={() => {
                set({ nextAt: at })
                setChoosing(false)
              }}
            >
              {answer[name]}
            </Button>
          ))}
          <input
            className="field"
            type="datetime-local"
            aria-label={answer.when}
            onChange={({ target }) => set({ nextAt: target.value ? momentOf(target.value) : undefined })}
          />
          <ZoneNote />
        </div>
      )}
    </div>
  )
}
