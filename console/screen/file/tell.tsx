import { useRef, useState } from 'react'
import { undoTime } from '../../outbox.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { words } from './words.ts'

const kinds = ['call', 'email', 'meeting', 'note'] as const
type What = (typeof kinds)[number]

/** Tells of a call, an e-mail, a meeting, or keeps a note. It can be taken back for some seconds, and is kept without a network. */
export function Tell({ url, called }: { url: string; called: string }) {
  const { words: shared, outbox, say: tell } = useSession()
  const say = useWords(words)
  const { answer, activity } = shared.say
  const [what, setWhat] = useState<What>('call')
  const [direction, setDirection] = useState<'out' | 'in'>('out')
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const said = text.trim()

  function record(outcome?: string): void {
    // A note says nothing without a text.
    if (what === 'note' && said === '') return field.current?.focus()
    const body = {
      what,
      ...(what === 'call' && { direction: 'out', outcome }),
      ...(what === 'email' && { direction }),
      ...(said && { text: said }),
    }
    const path = `/${url}/activities`
    const entry = outbox.add({ path, body, what, about: url, called }, undoTime)
    tell({
      text: answer.recorded(called),
      lasts: undoTime,
      action: {
        label: shared.say.undo,
        act: () => tell({ text: outbox.takeBack(entry.key) ? answer.taken : answer.tooLate, lasts: 4_000 }),
      },
    })
    setText('')
  }

  return (
    <section className="tell" aria-label={say.tell}>
      <div className="tell-kinds">
        <Choice
          label={say.tellHow}
          value={what}
          of={kinds.map((each) => ({ value: each, label: activity[each] ?? each }))}
          onChoose={setWhat}
        />
        {what === 'email' && (
          <Choice
            label={activity.email ?? 'email'}
            value={direction}
            of={(['out', 'in'] as const).map((each) => ({ value: each, label: say.direction[each] }))}
            onChoose={setDirection}
          />
        )}
      </div>
      <div className="tell-line">
        <textarea
          ref={field}
          id="tell"
          className="field"
          rows={1}
          maxLength={20_000}
          aria-label={say.said}
          placeholder={say.said}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.code === 'Enter' && (event.ctrlKey || event.metaKey))
              record(what === 'call' ? 'reached' : undefined)
          }}
        />
        <Button weight="primary" icon="check" onClick={() => record(what === 'call' ? 'reached' : undefined)}>
          {what === 'call' ? answer.reached : say.keep}
        </Button>
        {what === 'call' && <Button onClick={() => record('no-answer')}>{answer.noAnswer}</Button>}
      </div>
    </section>
  )
}
