import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as theme from '#core/html/theme.ts'
import * as embedded from '#local/http/theme.ts'

const root = resolve(import.meta.dirname, '..')

const themes = {
  light: { ...theme.light, ...theme.consoleLight },
  dark: { ...theme.dark, ...theme.consoleDark },
}

describe.each(Object.entries(themes))('in the %s', (_, colours) => {
  // WCAG 2.2: 1.4.3 for text, 1.4.11 for what shows where a field is.
  test.each([
    ['ink', 'ground', 4.5],
    ['ink', 'card', 4.5],
    ['ink', 'tint', 4.5],
    ['soft', 'ground', 4.5],
    ['soft', 'card', 4.5],
    ['soft', 'tint', 4.5],
    ['accent', 'card', 4.5],
    ['accent', 'ground', 4.5],
    ['accent', 'tint', 4.5],
    ['on', 'accent', 4.5],
    ['on', 'over', 4.5],
    ['on', 'late', 4.5],
    ['late', 'card', 4.5],
    ['edge', 'card', 3],
    ['edge', 'ground', 3],
    ['ink', 'sunk', 4.5],
    ['soft', 'sunk', 4.5],
    ['ink', 'hover', 4.5],
    ['soft', 'hover', 4.5],
    ['ink', 'pressed', 4.5],
    ['soft', 'pressed', 4.5],
    ['accent', 'pressed', 4.5],
    ['late', 'late-tint', 4.5],
    ['late', 'ground', 4.5],
    ['late', 'pressed', 4.5],
    ['soon', 'soon-tint', 4.5],
    ['info', 'info-tint', 4.5],
  ] as const)('%s is read on %s', (text, ground, least) => {
    expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(least)
  })
})

test('the pages of the embedded cloud look as forms and e-mails do', () => {
  const { light, dark, font, size } = embedded
  expect({ light, dark, size }).toEqual({ light: theme.light, dark: theme.dark, size: theme.size })
  expect(theme.font).toMatchObject(font)
  expect(embedded.properties(light)).toBe(theme.properties(theme.light))
  expect(embedded.rem(size.small)).toBe(theme.rem(theme.size.small))
})

test('no page and no e-mail has a colour of its own', () => {
  const files = globSync('{core,functions,local,cli,console}/**/*.{ts,tsx,css}', { cwd: root }).filter(
    (file) => !/theme\.ts$|\.test\.ts$/.test(file),
  )
  const own = files.flatMap((file) => {
    const found = colour.exec(readFileSync(resolve(root, file), 'utf8'))
    return found ? [`${file}: ${found[0]}`] : []
  })
  expect(own).toEqual([])
  for (const line of ['color:#fff', 'fill="#0b6b4f"', 'background:rgb(1 2 3)', 'border:1px solid #C9D1CBff'])
    expect(line).toMatch(colour)
})

/** In a style or an attribute of a drawing. */
const colour = /(?<=[:" ])(?:#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|(?:rgb|hsl|oklch)a?\()/i

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
