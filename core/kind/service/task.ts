import { choice, instant, optional, prose, ref, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const taskKind = kind({
  name: 'task',
  plural: 'tasks',
  prefix: 'task',
  title: 'Task',
  help: 'Something that a person has to do, for himself or for somebody who asked him.',
  fields: () => ({
    title: text('Title', {
      personal: 'identity',
      search: 'words',
      list: true,
      help: 'what is to be done, in a few words',
      example: 'Call the mill',
    }),
    text: optional(prose('What is to be done')),
    type: choice('Type', ['call', 'email', 'visit', 'document', 'check', 'other'], {
      list: true,
      help: 'what it takes',
      example: 'call',
    }),
    priority: optional(choice('Priority', ['low', 'normal', 'high', 'urgent'], { list: true })),
    aboutId: optional(
      ref(['customer', 'contact', 'lead', 'opportunity', 'ticket', 'meeting'], 'About', {
        list: true,
        noFact: 'an identifier',
        help: 'the record in whose file it lies',
      }),
    ),
    dueAt: instant('Due', {
      list: true,
      noFact: 'belongs to whoever has it',
      help: 'until when it is to be done',
    }),
    doneAt: optional(instant('Done', { given: true, list: true, noFact: 'see the status' })),
    outcome: optional(prose('Outcome', { most: 2_000, help: 'what came of it, or why it was dropped' })),
  }),
  called: ({ title }) => title,
  filedUnder: 'aboutId',
  lifecycle: {
    initial: 'open',
    states: {
      open: { title: 'Open', open: true },
      done: { title: 'Done' },
      dropped: { title: 'Dropped' },
    },
    transitions: {
      finish: {
        title: 'Done',
        from: ['open'],
        to: 'done',
        event: 'done',
        takes: ['outcome'],
        sets: { doneAt: 'now' },
      },
      drop: { title: 'Drop', from: ['open'], to: 'dropped', event: 'dropped', takes: ['outcome'] },
      reopen: {
        title: 'Open again',
        from: ['done', 'dropped'],
        to: 'open',
        event: 'reopened',
        takes: ['dueAt'],
        sets: { doneAt: 'nothing' },
      },
    },
  },
  work: {
    begins: 'with-caller',
    promises: [{ field: 'dueAt', step: 'do', keptBy: 'doneAt', title: 'task' }],
  },
})
export type Task = RecordOf<typeof taskKind>
