import * as z from 'zod/mini'
import { fileTypes, type FileType } from './file-type.ts'
import { choice, count, instant, optional, prose, ref, stored, value } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

/** Bytes: what e-mail commonly lets through. */
export const largestFile = 25 * 1024 * 1024

export const fileKind = kind({
  name: 'file',
  plural: 'files',
  prefix: 'file',
  title: 'File',
  help: 'An attachment of a record: a contract, a photograph, a recording. It is told of first, with its size and its checksum; exactly these bytes are taken then.',
  // What it is made of never changes: another version is another file.
  doors: ['list', 'read', 'create', 'move'],
  fields: () => ({
    aboutId: ref(['customer', 'contact', 'lead', 'opportunity', 'ticket', 'task', 'meeting'], 'Attached to', {
      list: true,
      noFact: 'an identifier',
      help: 'the record in whose file it lies',
    }),
    name: value(
      'Name',
      z
        .string()
        .check(
          z.trim(),
          z.minLength(1),
          z.maxLength(200),
          z.regex(/^[^/\\\p{Cc}]*$/u, 'the name of a file has no / and \\ and no control characters'),
        ),
      { personal: 'identity', search: 'words', list: true, help: 'of the file', example: 'Offer 1207.pdf' },
    ),
    type: choice('Type', Object.keys(fileTypes) as [FileType, ...FileType[]], {
      list: true,
      help: 'what its content is',
      example: 'application/pdf',
    }),
    size: count('Size', { most: largestFile, list: true, help: 'bytes', example: 15 }),
    sha256: value(
      'Checksum',
      z
        .string()
        .check(z.regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'write the 32 bytes of SHA-256 in base64')),
      {
        help: 'SHA-256 of its bytes, in base64',
        noFact: 'an identifier',
        example: 'HnMTrOePD7SBpIaTm0iFkCZjECgYCQgFUVVT2E4Lv9M=',
      },
    ),
    note: optional(prose('Note', { most: 2_000, help: 'what it is, or where it came from' })),
    storedAt: optional(
      instant('Stored', {
        given: true,
        list: true,
        help: 'its bytes are there, and are what they are said to be',
      }),
    ),
    refusedAt: optional(instant('Refused', { given: true, list: true, noFact: 'see the event' })),
    refusal: optional(
      stored('Why refused', { given: true, help: 'what its bytes are instead', noFact: 'words for people' }),
    ),
  }),
  called: ({ name }) => name,
  filedUnder: 'aboutId',
  lifecycle: {
    initial: 'attached',
    states: { attached: { title: 'Attached' }, removed: { title: 'Removed' } },
    transitions: {
      remove: { title: 'Remove', from: ['attached'], to: 'removed', event: 'removed' },
    },
  },
  events: { stored: 'storedAt', refused: 'refusedAt' },
})
export type FileRecord = RecordOf<typeof fileKind>
