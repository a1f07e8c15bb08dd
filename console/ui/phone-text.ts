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
