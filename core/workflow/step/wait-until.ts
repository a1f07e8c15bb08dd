import * as z from 'zod/mini'
import { verb } from '../verb.ts'

/** Until a time that is promised. */
export const waitUntil = verb({
  name: 'waitUntil',
  written: () => ({
    waitUntil: z.literal('respondBy').check(z.describe('Until the time promised for the first answer.')),
  }),
  needs: () => [{ what: 'promise', verb: 'route' }],
  compile: ({ waitUntil: time }) => ({ time }),
  step: {
    do: 'waitUntil',
    compiled: () => ({ time: z.literal('respondBy') }),
    describe: ({ time }) => `wait until ${time}`,
    longestWait: () => 0,
    run: ({ time }, progress, { now }) => ({
      ...progress,
      // A promise that has passed already is due at once.
      until: Math.max(now, Date.parse((progress.record[time] as string | undefined) ?? '')),
    }),
  },
})
