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
