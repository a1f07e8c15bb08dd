/*
 * Telephone numbers as people read them. Which digits are an area is known by national plans alone, which would be larger than a screen; so
 * only the country's code is set apart, and the rest stands in threes.
 */

/** Country codes (ITU-T E.164): none is the beginning of another. What is not here has three digits. */
const short = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])(?=\d)/

/** `+49`, `170`, `123`, `4567`; undefined: it is no number with its country. */
export function phoneParts(text: string): readonly string[] | undefined {
  if (!/^\+[1-9]\d{6,14}$/.test(text)) return undefined
  const digits = text.slice(1)
  const code = short.exec(digits)?.[1] ?? digits.slice(0, 3)
  const groups = digits.slice(code.length).match(/\d{3}(?=\d{2})|\d{2,4}$/g) ?? []
  return [`+${code}`, ...groups]
}

/** In one line of text; what is no number with its country stays as it came. */
export const phoneText = (text: string): string => phoneParts(text)?.join('\u00A0') ?? text

/**
 * The address that dials it (RFC 3966), with an extension where one is said; undefined: nothing that a telephone could dial, as "call me".
 * @example telOf('+49 30 1234567 ext. 5') // 'tel:+49301234567;ext=5'
 */
export function telOf(text: string | undefined): string | undefined {
  const said = /^\s*(\+?[\d\s().\-/]+?)(?:\s*(?:;ext=|ext\.?|x|#)\s*(\d{1,6}))?\s*$/i.exec(text ?? '')
  const number = said?.[1]?.replaceAll(/[^\d+]/g, '') ?? ''
  // At most fifteen digits (E.164); 110 is a number, 00 is the beginning of one.
  if (!/^\+?\d{3,15}$/.test(number)) return undefined
  return `tel:${number}${said?.[2] === undefined ? '' : `;ext=${said[2]}`}`
}
