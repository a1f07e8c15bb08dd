/**
 * What a stranger typed, made harmless for a reader: no control characters, and none that turn the direction of what
 * follows, so a name cannot rewrite the sentence around it. Line breaks stay.
 */
export const harmless = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    // oxlint-disable-next-line no-control-regex -- these are what is removed
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')

/** The same on one line and of limited length, as a subject or a cell needs it: a header can hold nothing else. */
export function oneLine(text: string, length = 120): string {
  const line = harmless(text).replace(/\s+/g, ' ').trim()
  if (line.length <= length) return line
  return `${line
    .slice(0, length - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}
