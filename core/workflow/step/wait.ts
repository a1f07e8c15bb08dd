import * as z from 'zod/mini'
import { toInstant } from '../../record/id.ts'
import { durationText } from '../../time/duration-text.ts'
import { parseDuration } from '../../time/duration.ts'
import { calendarOfTeam, noted } from '../progress.ts'
import { verb } from '../verb.ts'

const daySeconds = 86_400

/** For a time from now. */
export const wait = verb({
  name: 'wait',
  written: () => ({
    wait: durationText.check(
      z.describe('Such as "2 hours" or, counted in the opening hours of the team, "30 business minutes".'),
    ),
  }),
  compile: ({ wait: duration }) => ({ for: duration }),
  step: {
    do: 'wait',
    compiled: () => ({ for: z.string() }),
    describe: ({ for: duration }) => `wait ${duration}`,
    /** Business time may stretch ten times over weekends and holidays. */
    longestWait({ for: duration }) {
      const { milliseconds, days, business } = parseDuration(duration)
      return (milliseconds / 1000 + days * daySeconds) * (business ? 10 : 1)
    },
    run(step, progress, situation) {
      const until = calendarOfTeam(progress, situation).add(situation.now, step.for)
      return noted({ ...progress, until }, step, 'wait', { for: step.for, until: toInstant(until) })
    },
  },
})
