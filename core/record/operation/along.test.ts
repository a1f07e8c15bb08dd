import { expect, test } from 'vitest'
import { optional, ref, text } from '../field.ts'
import { kind, type AnyRecord, type Kind } from '../kind.ts'
import { leadsOn, ledAlong } from './along.ts'

const states = { open: { title: 'Open', open: true }, done: { title: 'Done' } }
const job = kind({
  name: 'job',
  plural: 'jobs',
  prefix: 'job',
  title: 'Job',
  help: 'A part of something.',
  fields: () => ({
    name: text('Name'),
    planId: optional(ref('plan', 'Plan')),
    partOfId: optional(ref(['job', 'plan'], 'Part of')),
  }),
  called: ({ name }) => name,
  lifecycle: {
    initial: 'open',
    states,
    transitions: {
      finish: {
        title: 'Finish',
        from: ['open'],
        to: 'done',
        event: 'finished',
        along: { planId: 'begin', partOfId: 'finish' },
      },
      reopen: { title: 'Open again', from: ['done'], to: 'open', event: 'reopened' },
    },
  },
}) as unknown as Kind

const record = (status: string, more: object = {}): AnyRecord => ({
  tenant: 'test',
  id: 'job_1',
  version: 1,
  name: 'Paint',
  status,
  ...more,
})
type Move = readonly [was: string, is: string, name: string]
const led = (more: object, [was, is, name]: Move = ['open', 'done', 'finish']) =>
  ledAlong(job, record(was, more), record(is, more), name)

test('what a transition names is led along, each by its own', () => {
  expect(led({ planId: 'plan_1', partOfId: 'job_2' })).toEqual([
    { id: 'plan_1', move: 'begin' },
    { id: 'job_2', move: 'finish' },
  ])
  expect(led({ partOfId: 'job_2' })).toEqual([{ id: 'job_2', move: 'finish' }])
})

test.each([
  ['what was done before', { planId: 'plan_1' }, ['done', 'done', 'finish']],
  ['another transition', { planId: 'plan_1' }, ['done', 'open', 'reopen']],
  ['no transition', { planId: 'plan_1' }, ['open', 'open', 'give']],
  ['what every object has', { planId: 'plan_1' }, ['open', 'done', 'constructor']],
  ['what names nothing', {}, undefined],
  ['what names itself', { partOfId: 'job_1' }, undefined],
] as const)('%s leads nothing along', (_, more, move) => {
  expect(led(more, move)).toEqual([])
})

test('a record that two fields name is written once, by the first', () => {
  expect(led({ planId: 'plan_1', partOfId: 'plan_1' })).toEqual([{ id: 'plan_1', move: 'begin' }])
})

test('it leads on from where the transition begins, and from nowhere else', () => {
  expect(leadsOn(job, record('open'), 'finish')).toBe(true)
  expect(leadsOn(job, record('done'), 'finish')).toBe(false)
  for (const name of ['begin', 'constructor']) expect(leadsOn(job, record('open'), name)).toBe(false)
})
