import * as z from 'zod'
import { language } from '../../record/id.ts'
import { isNameOfEverything, nameOfEverythingText } from '../../source/read-source.ts'
import { safeName } from '../../source/name.ts'
import { pageKeys } from './page-form.ts'
import { parts } from './part.ts'

const words = z.strictObject({ en: z.string(), uk: z.string(), ru: z.string() })

export type Part = (typeof parts)[number]

/** One path of a body or several; core/company/form/path.ts says how they are written. */
const paths = z.union([z.string(), z.array(z.string()).min(1)])

/** How a service shows that a post is its own: exactly one of `field`, `header` and `query`, and what goes with it. */
const proof = z
  .strictObject({
    /** name of a field of the body that holds the secret itself; it is not stored */
    field: z.string().min(1).optional(),
    /** name of a header that holds the secret itself, or with `hmac` the signature */
    header: z
      .string()
      .regex(/^[\w-]+$/, 'a header is named by letters, digits and -')
      .optional(),
    /** name of a parameter of the address that holds the secret itself */
    query: z.string().min(1).optional(),
    hmac: z.enum(['sha1', 'sha256', 'sha512']).optional(),
    /** how the signature is written; default hex */
    encoding: z.enum(['hex', 'base64']).optional(),
    /** what stands before the signature in the header, such as `sha256=` */
    prefix: z.string().optional(),
    /** what is signed: {body}, {method}, {url} and {header:name} in any order; default {body} */
    over: z.string().optional(),
    /** header with the moment of signing, in seconds or milliseconds of 1970; older than five minutes is no proof */
    timestamp: z.string().optional(),
  })
  .refine(({ field, header, query }) => [field, header, query].filter(Boolean).length === 1, {
    error: 'say where the proof is: one of field, header and query',
  })
  .refine(({ hmac, header }) => !hmac || header !== undefined, { error: 'a signature (hmac) is in a header' })
  .refine(
    ({ hmac, encoding, prefix, over, timestamp }) => hmac || !(encoding ?? prefix ?? over ?? timestamp),
    {
      error: 'encoding, prefix, over and timestamp belong to a signature: add hmac',
    },
  )
  .refine(
    ({ over }) => !over || over.replace(/\{(body|method|url|header:[\w-]+)\}/g, '').search(/[{}]/) < 0,
    {
      error: 'over knows {body}, {method}, {url} and {header:name}',
      path: ['over'],
    },
  )

/** Where a page stands: scheme, name and port. Over plain http on this machine only, for who builds the site. */
const origin = z
  .string()
  .regex(
    /^(https:\/\/([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])|http:\/\/(localhost|127\.0\.0\.1))(:[1-9]\d{0,4})?$/,
    'write where the site is, in small letters and without a path: https://www.northwind.example (names in other letters as xn--…; http for localhost only)',
  )

export const form = z
  .strictObject({
    /** of its page; a form that only receives what another service sends has none */
    title: words.optional(),
    intro: words.optional(),
    thanks: words.optional(),
    consent: words.optional(),
    /** country by whose rules a phone number without a country code is read */
    country: z.string().length(2),
    product: z.string().optional(),
    languages: z.array(language).min(1),
    /** fields of its page */
    fields: z
      .array(
        z.strictObject({
          name: safeName,
          /** which part of the lead it fills; absent: shown to the owner as it came */
          fills: z.enum(parts).optional(),
          type: z.enum(['text', 'email', 'tel', 'number', 'textarea', 'select']),
          label: words,
          hint: words.optional(),
          autocomplete: z.string().optional(),
          options: z.array(z.strictObject({ value: z.string(), label: words })).optional(),
        }),
      )
      .default([]),
    /** sites that may show its page in a frame; default: none */
    embed: z.array(origin).min(1).max(20).optional(),
    /** the form service that posts here: what is known of it need not be said again */
    preset: z.string().optional(),
    /** where in a body the parts of a lead stand */
    map: z.partialRecord(z.enum(parts), paths).optional(),
    /** where the service's own number of the event stands: the same number is the same submission, whenever it comes */
    key: paths.optional(),
    /** name of the secret that the service knows, given with `npx holdfast secret set` */
    secret: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'a secret is named in small letters, digits and -')
      .refine((text) => !isNameOfEverything(text), {
        error: ({ input }) => nameOfEverythingText(String(input)),
      })
      .optional(),
    proof: proof.optional(),
  })
  .refine((value) => !isHalfPage(value), {
    error: 'a form with a page has title, intro, thanks, consent and fields; one without has none of them',
  })
  .refine(({ embed, fields }) => !embed || fields.length > 0, {
    error: 'a form without a page has nothing that a site could show',
    path: ['embed'],
  })
export type Form = z.infer<typeof form>

function isHalfPage(
  value: { [key in (typeof pageKeys)[number]]?: unknown } & { fields: readonly unknown[] },
): boolean {
  const given = pageKeys.filter((key) => value[key] !== undefined).length + (value.fields.length > 0 ? 1 : 0)
  return given > 0 && given < pageKeys.length + 1
}
