import { useNow } from '../clock.ts'
import { useShown } from '../session.tsx'
import { Chip } from '../ui/chip.tsx'
import { fullText, momentText, spanText } from '../words/format.ts'

const soon = 60 * 60_000

/** Until when something is promised, as time goes by; the exact moment under the pointer. */
export function Due({ at }: { at: string }) {
  const { language, words } = useShown()
  const now = useNow()
  const due = Date.parse(at)
  const title = words.say.sla.due(fullText(language, due))
  if (due < now)
    return (
      <Chip tone="late" title={title}>
        {words.say.sla.late(spanText(words.say, now - due))}
      </Chip>
    )
  return due - now < soon ? (
    <Chip tone="soon" title={title}>
      {spanText(words.say, due - now)}
    </Chip>
  ) : (
    <Chip tone="calm" title={title}>
      {momentText(language, due, now)}
    </Chip>
  )
}
