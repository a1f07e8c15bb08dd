/** Characters that nobody sees: what Unicode lets a font ignore (zero widths, marks of direction, Hangul fillers), and the empty Braille cell. */
export const unseen = /[\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Whether there is anything to see: a name of fillers and spaces is none. */
export const isVisible = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(unseen, ''))

/**
 * A short text as it is compared: without unseen characters, every space a plain one, full-width and other compatibility
 * forms as their usual ones. Not for showing: what was typed stays as it was.
 */
export const tidy = (typed: string): string =>
  typed
    .replace(unseen, '')
    .normalize('NFKC')
    .replace(/[\s\p{Z}\p{Cc}]+/gu, ' ')
    .trim()

/** Digits of every script as 0 to 9. Unicode has each row of them in order, and one row may follow another. */
export const plainDigits = (text: string): string =>
  text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0
    let zero = code
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
    return String((code - zero) % 10)
  })
