import type { Happening } from '../../../api/lead.ts'
import { useNow } from '../../../clock.ts'
import { useNames } from '../../../part/people.ts'
import { useSession, useWords } from '../../../session.tsx'
import { momentText } from '../../../words/format.ts'
import { words } from '../words.ts'
import { idOf, textOf, type Step } from './story.ts'

export interface Phrases {
  step: (step: Step) => string
  message: (message: Happening) => string
}

/** What automation did, in half a sentence. */
export function usePhrases(): Phrases {
  const { language } = useSession()
  const { event: say } = useWords(words)
  const names = useNames()
  const now = useNow()
  return {
    step(step) {
      const { outputs, chosen, queue, respondBy } = step as Record<string, unknown>
      if (step.what === 'table') {
        const { team } = (outputs ?? {}) as { team?: string }
        return team === undefined ? say.undecided : say.routed(names.team(team))
      }
      if (typeof respondBy === 'string') return say.promised(momentText(language, Date.parse(respondBy), now))
      // Until when a step waits, its run says.
      if (step.what === 'wait') return step.because === 'put off' ? say.putOff : ''
      if (typeof chosen === 'string') return say.assigned(names.person(chosen))
      if (typeof queue === 'string') return say.queued(names.queue(queue))
      if (step.what === 'assign') return say.unassigned
      if (step.what === 'skip') return say.skipped((textOf(step.because) ?? '').replaceAll('-', ' '))
      return step.what === 'failed' ? say.failed(textOf(step.error) ?? textOf(step.outcome) ?? '') : ''
    },
    message({ to, status, template }) {
      const name = (to as { name?: string } | undefined)?.name ?? names.person(idOf(to) ?? '')
      if (status === 'failed') return say.notTold(name)
      if (status !== 'sent') return say.waiting(name)
      return String(template).endsWith('reminder') ? say.reminded(name) : say.told(name)
    },
  }
}
