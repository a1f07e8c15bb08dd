import { expect, test } from 'vitest'
import type { Happening } from '../../../api/lead.ts'
import { heldSince, storyOf } from './story.ts'

const at = (minute: number) => `2027-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`
const assigned = (chosen: string) => ({ step: '2 assign', what: 'assign', chosen })

const events: Happening[] = [
  { at: at(0), what: 'submission', id: 'sub_1', fields: [] },
  { at: at(0), what: 'run', workflow: 'lead-follow-up', status: 'waiting', until: at(59) },
  {
    at: at(0),
    what: 'decision',
    id: 'lead-follow-up.1.0',
    workflow: 'lead-follow-up',
    steps: [assigned('anna')],
  },
  { at: at(0), what: 'message', id: 'lead-follow-up.1.0.0', template: 'lead-assigned', status: 'sent' },
  {
    at: at(30),
    what: 'decision',
    id: 'lead-follow-up.1.1',
    workflow: 'lead-follow-up',
    steps: [assigned('selin')],
  },
  { at: at(30), what: 'message', id: 'lead-follow-up.1.1.0', template: 'lead-reassigned', status: 'sent' },
  { at: at(40), what: 'message', id: 'merge.sub_2.0', template: 'lead-merged', status: 'failed' },
  { at: at(41), what: 'activity', id: 'act_1', activity: 'call', by: { id: 'selin' } },
  { at: at(42), what: 'activity', id: 'act_2', activity: 'take', by: { id: 'james' } },
]

test('the newest stands first, and what automation told stands inside of what it did', () => {
  expect(storyOf(events).map(({ id, messages }) => [id, messages.length])).toEqual([
    ['act_2', 0],
    ['act_1', 0],
    ['merge.sub_2.0', 0],
    ['lead-follow-up.1.1', 1],
    ['lead-follow-up.1.0', 1],
    ['sub_1', 0],
  ])
})

test('a run is named where it began, and how it stands is said where it has come to', () => {
  const of = (id: string) => storyOf(events).find((each) => each.id === id)
  expect(of('lead-follow-up.1.0')).toMatchObject({ isFirst: true })
  expect(of('lead-follow-up.1.0')?.run).toBeUndefined()
  expect(of('lead-follow-up.1.1')).toMatchObject({ isFirst: false, run: { status: 'waiting' } })
})

test('talk, changes and what automation did are told apart', () => {
  expect(storyOf(events).map(({ facet }) => facet)).toEqual([
    'changes',
    'talk',
    'automation',
    'automation',
    'automation',
    'talk',
  ])
})

test('somebody has it since it was last given to him, or he took it', () => {
  expect(heldSince(events, 'selin')).toBe(at(30))
  expect(heldSince(events, 'james')).toBe(at(42))
  expect(heldSince(events, 'nobody')).toBeUndefined()
})
