/** Characters of a message in a lead; the whole text stays in the submission, which the lead's history shows. */
export const longestMessage = 2_000

/** Ends a message that goes on in its submission. */
const mark = ' […]'

/** The message as a lead keeps it: whole, or its beginning with a mark where it was cut. */
export function cutMessage(text: string | undefined): string | undefined {
  const message = text?.trim()
  if (!message) return undefined
  return message.length <= longestMessage ? message : beginning(message, longestMessage - mark.length) + mark
}

/** Nothing shorter was ever cut, so the mark in a text of another length is the customer's own. */
export const isCut = (message: string): boolean =>
  message.endsWith(mark) && message.length >= longestMessage - 1

/** The first `length` characters, without half a surrogate pair at the end. */
export const beginning = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
