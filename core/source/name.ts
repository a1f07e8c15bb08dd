import * as z from 'zod'
import { isNameOfEverything, nameOfEverythingText } from './read-source.ts'

/** A name that may be looked up: nothing that every object of JavaScript has, such as `constructor`. */
export const safeName = z.string().refine((text) => !isNameOfEverything(text), {
  error: ({ input }) => nameOfEverythingText(String(input)),
})

/** A name that operators give to what they write, as records refer to it. */
export const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,63}$/,
    'write a name in small letters, digits and hyphens, a letter first, such as new-business',
  )
  .refine((text) => !isNameOfEverything(text), { error: ({ input }) => nameOfEverythingText(String(input)) })

/** The same, of a person, a team or a queue. */
export const nameOf = <Id extends z.core.$ZodType<string>>(_of: Id): Id => name as unknown as Id
