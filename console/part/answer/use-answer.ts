import { useState } from 'react'
import { undoTime } from '../../outbox.ts'
import { useSession } from '../../session.tsx'
import type { Words } from '../../words/dictionary.ts'

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
}

export const contactKinds = ['call', 'email', 'meeting', 'note'] as const
export type ContactKind = (typeof contactKinds)[number]

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

interface Draft {
  what: ContactKind
  /** of an e-mail; what else is told of came from us */
  direction: 'out' | 'in'
  text: string
  step: string
  nextAt: number | undefined
}

function usualOf({ reach }: About): ContactKind {
  if (!reach || reach.phone !== undefined) return 'call'
  return reach.email === undefined ? 'note' : 'email'
}

const emptyOf = (about: About): Draft => ({
  what: usualOf(about),
  direction: 'out',
  text: '',
  step: '',
  nextAt: undefined,
})

/** By person and record: whoever looks at another one in between, or loads the page again, finds his words again. Each tab has its own. */
const drafts = {
  place: (own: string) => `holdfast.draft.${own}`,
  get(own: string): Draft | undefined {
    try {
      return JSON.parse(sessionStorage.getItem(this.place(own)) ?? 'null') ?? undefined
    } catch {
      return undefined
    }
  },
  set(own: string, draft: Draft): void {
    try {
      sessionStorage.setItem(this.place(own), JSON.stringify(draft))
    } catch {
      // There is no room for it: it stands in the field all the same.
    }
  },
  delete: (own: string) => sessionStorage.removeItem(drafts.place(own)),
}

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
  const { words, me, outbox, say } = useSession()
  const own = `${me.person.id}.${about.url}`
  const { answer } = words.say
  const [draft, setDraft] = useState(() => drafts.get(own) ?? emptyOf(about))
  const takesNext = about.kind === 'lead'

  function set(change: Partial<Draft>): void {
    const next = { ...draft, ...change }
    setDraft(next)
    drafts.set(own, next)
  }

  function record({ outcome }: End): void {
    const { what, direction, text, step, nextAt } = draft
    if (performance.now() - lastAt < doubleClick) return
    if (what === 'note' && !text.trim()) return say({ text: answer.noText, lasts: 4_000 })
    lastAt = performance.now()
    const entry = outbox.add(
      {
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
        called: about.called,
      },
      undoTime,
    )
    const before = draft
    say({
      text: answer.recorded(about.called),
      lasts: undoTime,
      action: {
        label: words.say.undo,
        act: () => {
          const isBack = outbox.takeBack(entry.key)
          if (isBack) drafts.set(own, before)
          say({ text: isBack ? answer.taken : answer.tooLate, lasts: 4_000 })
        },
      },
    })
    drafts.delete(own)
    setDraft(emptyOf(about))
    // Whoever keeps a note has not dealt with it yet.
    if (what !== 'note') onRecorded?.()
  }

  return { ...draft, set, record, takesNext }
}
