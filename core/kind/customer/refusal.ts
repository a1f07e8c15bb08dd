import { choice, instant, stored } from '../../record/field.ts'
import { entryKey } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'
import { activityTypes } from './activity.ts'

export const refusalKind = entry({
  name: 'refusal',
  title: 'Refusal',
  help: 'What a person tried to do with a record that is not his, and why he was refused. The record is as it was.',
  fields: () => ({
    at: instant('When', { given: true }),
    what: choice('What', activityTypes, { given: true }),
    by: stored('By', { given: true, help: 'person id' }),
    because: stored('Because', { given: true }),
  }),
  // The day and no time: whoever tries again and again leaves one trace a day.
  place: ({ at, by, what }) => entryKey('happened', at.slice(0, 10), 'refusal', by, what),
})
export type Refusal = RecordOf<typeof refusalKind>
