import { listOf, objectOf, refTo } from './operation.ts'
import type { JsonSchema } from './schema.ts'

/* Why a record is with whom it is, as `GET /{kinds}/{id}/why` answers it. */

const text = (description?: string): JsonSchema => ({ type: 'string', ...(description && { description }) })
const time = (description?: string): JsonSchema => ({
  type: 'string',
  format: 'date-time',
  ...(description && { description }),
})
const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values })
const titled = objectOf({ id: text(), title: text() })
const decision = text('the id of one of `decisions`')
const how = oneOf('table', 'given')
const kept: JsonSchema = {
  ...oneOf('personal', 'hidden'),
  description: 'why no value is told: it is personal and kept nowhere, or above the level of the caller',
}

export const whyAnswers: Readonly<Record<string, JsonSchema>> = {
  Why: {
    ...objectOf(
      {
        owner: objectOf(
          {
            person: refTo('WhyPerson'),
            queue: titled,
            at: time(),
            how: oneOf('assigned', 'raised', 'given', 'taken', 'made', 'unknown'),
            by: refTo('WhyPerson'),
            decision,
          },
          ['person', 'queue', 'at', 'by', 'decision'],
        ),
        team: objectOf({ id: text(), title: text(), how, decision }, ['decision']),
        priority: objectOf({ value: text(), how, decision }, ['decision']),
        promise: objectOf(
          {
            field: text('of the record'),
            title: text(),
            until: time(),
            from: time('from when it is counted'),
            within: text('as an operator wrote it: `30 minutes`'),
            calendar: objectOf({ id: text(), title: text(), timeZone: text() }),
            keptAt: time(),
            how: oneOf('table', 'said'),
            decision,
          },
          ['from', 'within', 'calendar', 'keptAt', 'decision'],
        ),
        then: listOf(refTo('WhyNext')),
        decisions: listOf(refTo('WhyDecision')),
        language: text(),
        sentence: text('all of it as one paragraph'),
      },
      ['owner', 'team', 'priority', 'promise'],
    ),
    description:
      'Why a record is with whom it is. What is absent it has not, or the caller does not see; words are in his language',
  },
  WhyPerson: objectOf({ id: text(), name: text() }),
  WhyNext: {
    ...objectOf(
      {
        at: time(),
        do: text('`tell`, `assign`, `queue` …; `raise`: the watchdog tells somebody'),
        who: text('`owner`, `manager`, `watchers`, or the id of a person'),
        to: refTo('WhyPerson'),
        among: listOf(refTo('WhyPerson')),
        queue: titled,
        message: text(),
      },
      ['who', 'to', 'among', 'queue', 'message'],
    ),
    description: 'What happens if nobody does anything, as far as it is known now',
  },
  WhyDecision: objectOf(
    {
      id: text(),
      at: time(),
      workflow: text(),
      version: text('of the workflow'),
      execution: text('of Step Functions'),
      table: refTo('WhyTable'),
      assignment: refTo('WhyAssignment'),
    },
    ['workflow', 'version', 'execution', 'table', 'assignment'],
  ),
  WhyTable: objectOf(
    {
      name: text(),
      title: text(),
      version: text(),
      isPublished: {
        type: 'boolean',
        description: 'whether this version is in force; rows are told of it alone',
      },
      hitPolicy: text(),
      row: text('that decided, or `default`'),
      note: text('of that row'),
      outputs: { type: 'object' },
      facts: listOf(objectOf({ name: text(), title: text(), value: text(), kept }, ['value', 'kept'])),
      rows: listOf(
        objectOf(
          {
            id: text(),
            state: oneOf('decided', 'matched', 'failed', 'not-in-force', 'not-reached'),
            note: text(),
            failed: objectOf(
              {
                facts: listOf(objectOf({ name: text(), title: text() })),
                wanted: text('`≥ 500`'),
                seen: text(),
                kept,
              },
              ['wanted', 'seen', 'kept'],
            ),
            conditions: listOf(text('of the row that decided')),
          },
          ['note', 'failed', 'conditions'],
        ),
      ),
    },
    ['hitPolicy', 'row', 'note', 'rows'],
  ),
  WhyAssignment: objectOf(
    {
      team: titled,
      by: text('`round-robin`'),
      chosen: refTo('WhyPerson'),
      queue: titled,
      because: text('`turn`, `same-team`, `nobody-else`, `nobody-available`, `no-answer`, `last-level`'),
      previousOwner: refTo('WhyPerson'),
      members: listOf(
        objectOf(
          {
            id: text(),
            name: text(),
            state: oneOf('chosen', 'passed', 'waiting', 'unknown'),
            because: text('`absent`, `previous-owner`'),
            until: time('until when he was away'),
            turn: { type: 'integer', description: 'turns that he had before' },
          },
          ['because', 'until', 'turn'],
        ),
      ),
    },
    ['team', 'by', 'chosen', 'queue', 'because', 'previousOwner', 'members'],
  ),
}
