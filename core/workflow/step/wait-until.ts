import * as z from 'zod/mini'
import { dueOf } from '../../assign/due.ts'
import { Fault } from '../../record/fault.ts'
import { nearest } from '../../source/source.ts'
import { verb } from '../verb.ts'

/** Until a time that is promised. */
export const waitUntil = verb({
  name: 'waitUntil',
  written: () => ({
    waitUntil: z
      .string()
      .check(
        z.regex(/^[a-z][A-Za-z0-9]*$/, 'write the name of a field, such as respondBy'),
        z.describe(
          'Until a time that is promised, by its field: `respondBy` of a lead, the time promised for the first answer.',
        ),
      ),
  }),
  check({ waitUntil: field }, { kinds, about, tell }) {
    const kind = kinds.get(about ?? '')
    const known = (kind ? [kind] : [...kinds.values()]).flatMap(({ work }) => work?.promises ?? [])
    const fields = [...new Set(known.map((promise) => promise.field))]
    if (fields.includes(field)) return
    const near = nearest(field, fields)
    const has = fields.length ? `what is promised is ${fields.join(', ')}` : 'nothing is promised'
    tell('unknown-promise', `unknown promise "${field}"; ${has}`, near && `did you mean "${near}"?`)
  },
  needs: () => [{ what: 'promise', verb: 'route' }],
  compile: ({ waitUntil: time }) => ({ time }),
  step: {
    do: 'waitUntil',
    compiled: () => ({ time: z.string() }),
    describe: ({ time }) => `wait until ${time}`,
    longestWait: () => 0,
    awaits: ({ time }) => time,
    run({ time }, progress, { kind, rules, now }) {
      const promised = progress.record[time]
      if (typeof promised !== 'string')
        throw new Fault('config.broken', `nothing is promised by "${time}" of this ${kind.name}`)
      // A promise that has passed already is due at once.
      const waits = { ...progress, until: Math.max(now, Date.parse(promised)) }
      const { record } = progress
      const isKept = kind.work.promises.some(
        ({ field, keptBy }) => field === time && record[keptBy] !== undefined,
      )
      // The run ends then; until something else is due nobody is asked.
      return isKept
        ? { ...waits, due: Date.parse(dueOf(kind, record, { company: rules.company, now })) }
        : waits
    },
  },
})
