import * as z from 'zod/mini'
import { count, instant, optional, stored, value } from '../../record/field.ts'
import { entryKey, fileOf, section, type Key } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'

/** So many of one currency, and their sum in minor units; of what is no money the currency is empty. */
const amount = z.tuple([z.string(), z.int(), z.int()])
export type Amount = z.infer<typeof amount>

/** What lines come to for one derived field; of two of them comes a third. */
const part = z.object({
  /** counted whatever the day */
  all: z.optional(z.array(amount)),
  /** by day, sorted: what time alone brings in or takes out */
  days: z.optional(z.array(z.tuple([z.string(), z.array(amount)]))),
  /** the newest or oldest line: when, its id, the value there; without a value, it has none */
  end: z.optional(z.object({ at: z.string(), id: z.string(), value: z.optional(z.json()) })),
  /** different values, sorted: one more than are shown */
  some: z.optional(z.array(z.string())),
})
export type Part = z.infer<typeof part>

const parts = z.record(z.string(), part)
export type Parts = z.infer<typeof parts>

const partsFields = () => ({
  plan: stored('Plan', { given: true, help: 'a name for what was declared when it was computed' }),
  parts: value('Parts', parts, {
    given: true,
    help: 'what its lines come to, by derived field: amounts by currency, those that time changes by day',
  }),
})

export const derivedKind = entry({
  name: 'derived',
  title: 'Derived fields',
  help: 'What the file of a record comes to. Computed anew by the projector from all pages, never added to; what it says at a moment is computed when it is asked.',
  fields: () => ({
    at: instant('When', { given: true, help: 'when it was computed' }),
    ...partsFields(),
    hop: optional(
      count('Hop', {
        given: true,
        help: 'how often in a row automation had caused the change that it was computed for',
      }),
    ),
  }),
  place: () => derivedPlace,
  said: () => ({}),
})
export type DerivedRecord = RecordOf<typeof derivedKind>

const derivedPlace = entryKey('derived', 'derived')
export const derivedKey = (tenant: string, id: string): Key => ({ pk: fileOf(tenant, id), sk: derivedPlace })

/** The sort keys that pages are about: what happened, and what is open. */
export const pagedFrom = `${section.happened}#`
export const pagedBefore = section.derived

export const derivedPageKind = entry({
  name: 'derived-page',
  title: 'Page of derived fields',
  help: 'What the lines of a part of the file come to: those from a sort key up to the next page. Computed anew from these lines alone, which are few.',
  fields: () => ({
    from: stored('From', { given: true, help: 'the sort key at which it begins' }),
    ...partsFields(),
    pending: optional(
      instant('Pending', {
        given: true,
        help: 'since when its lines are still to be read; absent: they are',
      }),
    ),
  }),
  place: ({ from }) => entryKey('other', 'derived', from),
  said: (_ = '', from = '') => ({ from }),
})
export type DerivedPage = RecordOf<typeof derivedPageKind>

/** All pages of a file. */
export const derivedPagePrefix = `${entryKey('other', 'derived')}#`
