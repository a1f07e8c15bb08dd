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

interface Line {
  name: string
  text: string
}

/** Lines of what was also sent that a lead keeps, and characters of each; the rest is in the submission. */
export const mostAlso = 20
export const longestAlso = 300

const isCount = ({ name, text }: Line): boolean => name === '…' && /^\+\d+$/.test(text)

/** The first lines; the last of them counts those that are left out, with what an earlier cut has left out. */
export function cutAlso(lines: readonly Line[]): Line[] {
  const said = lines.filter((line) => !isCount(line))
  const missing = lines.filter(isCount).reduce((sum, { text }) => sum + Number(text), 0)
  if (missing === 0 && said.length <= mostAlso) return said
  const kept = said.slice(0, mostAlso - 1)
  return [...kept, { name: '…', text: `+${missing + said.length - kept.length}` }]
}

/** Whether there is more than these lines say. */
export const isAlsoCut = (lines: readonly Line[]): boolean =>
  lines.some((line) => isCount(line) || (line.text.endsWith('…') && line.text.length >= longestAlso - 1))

/** The first `length` characters, without half a surrogate pair at the end. */
export const beginning = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
