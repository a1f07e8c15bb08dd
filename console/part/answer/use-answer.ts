import { useSyncExternalStore } from 'react'
import { placeOf } from '../../api/kinds.ts'
import type { Pending } from '../../outbox.ts'
import { useSession } from '../../session.tsx'
import type { Words } from '../../words/dictionary.ts'
import { phoneText, telOf } from '../../ui/phone-text.ts'
import { useWrite } from '../outbox/write.ts'
import { drafts, ownOf, type ContactKind, type Draft } from './draft.ts'

/* What somebody tells of a contact: kept while he types, recorded by one click, taken back within some seconds. */

export interface About {
  /** of the record in the API: `/leads/lead_01…` */
  url: string
  kind: string
  called: string
  /** by what he can be reached: an e-mail address and no number, and it begins with an e-mail; default: a call */
  reach?: { phone?: string; email?: string }
  /** whether the record waits for an answer, so that recording one ends something */
  isWaiting?: boolean
  /** where in the console it is told; default: the record's own screen */
  at?: Pending['at']
}

/** How one ends. The first is the usual one. */
export interface End {
  /** absent: it took place, and there is nothing more to say */
  outcome?: string
  label: string
}

export function endsOf({ answer }: Words, what: ContactKind): readonly End[] {
  const ends: Record<ContactKind, readonly End[]> = {
    call: [
      { outcome: 'reached', label: answer.reached },
      { outcome: 'no-answer', label: answer.noAnswer },
      { outcome: 'wrong-number', label: answer.wrongNumber },
    ],
    email: [{ label: answer.written }],
    meeting: [
      { outcome: 'met', label: answer.met },
      { outcome: 'no-answer', label: answer.didNotCome },
    ],
    note: [{ label: answer.keep }],
  }
  return ends[what]
}

function usualOf({ reach }: About): ContactKind {
  if (!reach || telOf(reach.phone) !== undefined) return 'call'
  return reach.email === undefined ? 'note' : 'email'
}

const emptyOf = (about: About): Draft => ({
  what: usualOf(about),
  direction: 'out',
  text: '',
  step: '',
  nextAt: undefined,
})

/** The second click of a double one would meet the button of the next record, which comes at once to the same place. */
const doubleClick = 600
let lastAt = -doubleClick

export interface Answering extends Draft {
  set: (change: Partial<Draft>) => void
  record: (end: End) => void
  /** whether the next step comes with it; of other work than leads it is planned */
  takesNext: boolean
}

/** @param onRecorded where to go on */
export function useAnswer(about: About, onRecorded?: () => void): Answering {
  const { words, me, say } = useSession()
  const { write } = useWrite()
  const own = ownOf(me.person.id, about.url)
  const { activity, answer } = words.say
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.get(own)) ?? emptyOf(about)
  const takesNext = about.kind === 'lead'

  const set = (change: Partial<Draft>) => drafts.set(own, { ...draft, ...change })

  function record({ outcome, label }: End): void {
    const { what, direction, text, step, nextAt } = draft
    if (performance.now() - lastAt < doubleClick) return
    if (what === 'note' && !text.trim()) return say({ text: answer.noText, lasts: 4_000 })
    lastAt = performance.now()
    write({
      path: `${about.url}/activities`,
      body: {
        what,
        ...(what === 'call' && { direction: 'out' }),
        ...(what === 'email' && { direction }),
        ...(outcome !== undefined && { outcome }),
        ...(text.trim() && { text: text.trim() }),
        ...(takesNext && step.trim() && { nextStep: step.trim() }),
        ...(takesNext && nextAt !== undefined && { nextAt: new Date(nextAt).toISOString() }),
      },
      what,
      about: about.url,
      said: `${what === 'note' ? activity.note : label}, ${phoneText(about.called)}`,
      // Whoever keeps a note has not dealt with it yet.
      isDealt: what !== 'note',
      at: about.at ?? { to: placeOf(about.url.split('/').at(-1)!) ?? about.url },
    })
    drafts.delete(own)
    if (what !== 'note') onRecorded?.()
  }

  return { ...draft, set, record, takesNext }
}
