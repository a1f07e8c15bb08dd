import * as z from 'zod'
import { calendar } from '../time/calendar-plan.ts'
import { durationText } from '../time/duration-text.ts'
import { language, personId, queueId, teamId } from '../record/id.ts'
import { accessParts } from './access-plan.ts'
import { form } from './form/form.ts'
import { name, nameOf } from '../source/name.ts'
import { pipeline } from './pipeline.ts'

export const person = z.strictObject({
  name: z.string(),
  email: z.email(),
  language,
  /** of company/access.yaml: they decide what an account may do */
  roles: z.array(z.string()),
  /** regions for which this person answers: of records that name one (`territory`) */
  territories: z.array(z.string()).optional(),
})
export type Person = z.infer<typeof person>

export const team = z.strictObject({
  title: z.string(),
  calendar: z.string(),
  members: z.array(nameOf(personId)).min(1, 'a team needs at least one member'),
  manager: nameOf(personId),
  /** business time after an answer until the next step is due when the person names none */
  followUpWithin: durationText,
})
export type Team = z.infer<typeof team>

/** A queue that somebody watches: where a lead waits when nobody answered or nobody is there. */
export const workQueue = z.strictObject({
  title: z.string(),
  calendar: z.string(),
  // All are told in one transaction, which has at most 100 writes, and a segment may tell them more than once.
  watchers: z
    .array(nameOf(personId))
    .min(1, 'a queue that nobody watches loses leads')
    .max(20, 'a queue has at most 20 watchers: an address of the team reaches more people')
    .refine((ids) => new Set(ids).size === ids.length, 'the same person watches twice'),
  /** business time until somebody must have taken a lead out of it */
  takeWithin: durationText,
})
export type WorkQueue = z.infer<typeof workQueue>

export const company = z.strictObject({
  name: z.string(),
  /** in which budgets are counted: an amount in another one is not read as one */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'write a currency as three capitals (ISO 4217), such as EUR')
    .refine(
      (code) => Intl.supportedValuesOf('currency').includes(code),
      'there is no such currency (ISO 4217)',
    )
    .default('EUR'),
  /** e-mail addresses that people type instead of theirs; `*` on one side of the @ is anything */
  placeholders: z
    .array(
      z.string().regex(/^(\*@[^@*\s]+|[^@*\s]+@(\*|[^@*\s]+))$/, 'write an address, noemail@* or *@none.com'),
    )
    .default([]),
  calendars: z.record(name, calendar),
  people: z.record(nameOf(personId), person),
  teams: z.record(nameOf(teamId), team),
  queues: z.record(nameOf(queueId), workQueue),
  forms: z.record(name, form),
  ...accessParts,
  /** in their order; a deal for which nobody names one is in the first */
  pipelines: z.record(name, pipeline).default({}),
})
export type Company = z.infer<typeof company>
