import * as z from 'zod/mini'
import { count, instant, optional, stored, value } from '../../record/field.ts'
import { entryKey } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'

/** What a field was and what it is; absent: it was, or is, not there. */
const values = () => z.record(z.string(), z.object({ was: z.optional(z.json()), is: z.optional(z.json()) }))

/** Versions in keys have a fixed width, so that they sort. */
const digits = 8

export const changePlace = (version: number): string =>
  entryKey('change', String(version).padStart(digits, '0'))

/**
 * The journal of a record: with the record itself it tells every state that the record ever had. Written by the
 * projector; its key is the version, so it is written once, however often it is written.
 */
export const changeKind = entry({
  name: 'change',
  title: 'Change',
  help: 'Who changed which fields of a record from what to what.',
  fields: () => ({
    to: count('Version', { given: true, help: 'the version that it became' }),
    at: instant('When', { given: true }),
    by: optional(
      stored('By', {
        given: true,
        help: 'person id, name of a program, or `customer`; absent: Holdfast by itself',
      }),
    ),
    fields: value('Fields', values(), {
      given: true,
      help: 'what it was and is, of fields that are not personal',
    }),
    // Apart, so that erasure empties it and a replay reads the rest.
    personal: optional(value('Personal fields', values(), { given: true, personal: 'identity' })),
  }),
  place: ({ to }) => changePlace(to),
})
export type ChangeEntry = RecordOf<typeof changeKind>

/**
 * What a record has reached, among what happened in its own file: derived of a change that the journal tells of with all its
 * values, which lies by its version and would take a read of its own for each page. Its key is time and version of the
 * change, so it is written once, however often it is written.
 */
export const milestoneKind = entry({
  name: 'milestone',
  title: 'Milestone',
  help: 'A transition of a record: that a customer became active, that a ticket was solved. Whose moves are activities has none.',
  fields: () => ({
    at: instant('When', { given: true }),
    to: count('Version', { given: true, help: 'the version of the record that reached it' }),
    what: stored('What', { given: true, help: 'the transition by its name' }),
    state: stored('State', { given: true, help: 'where it has stood since' }),
    by: optional(
      stored('By', {
        given: true,
        help: 'person id, name of a program, or `customer`; absent: Holdfast by itself',
      }),
    ),
  }),
  place: ({ at, to }) => entryKey('happened', at, 'milestone', String(to).padStart(digits, '0')),
  said: (at = '', _, to = '') => ({ at, to: Number(to) }),
})
export type Milestone = RecordOf<typeof milestoneKind>
