/*
 * Colours, fonts and sizes of the pages that the embedded cloud itself shows: those of forms and e-mails
 * (core/html/theme.ts). Nothing of the core is imported here, so the values stand twice and test/theme.test.ts compares.
 */

export const light = {
  ground: '#f2f4f1',
  card: '#ffffff',
  ink: '#1b2621',
  soft: '#56635c',
  line: '#c9d1cb',
  edge: '#7b8a82',
  accent: '#0b6b4f',
  over: '#084f3b',
  on: '#ffffff',
  tint: '#e5f1ec',
  late: '#9a3412',
}

export const dark = {
  ground: '#131916',
  card: '#1b2320',
  ink: '#e9efeb',
  soft: '#a5b3ac',
  line: '#35413b',
  edge: '#75857d',
  accent: '#62cfa6',
  over: '#8be0be',
  on: '#06251b',
  tint: '#1e352c',
  late: '#fdba74',
}

export const font = {
  page: 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif',
  code: 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace',
}

/** Of text, in pixels of a browser that nobody has set otherwise. */
export const size = { text: 16, fact: 15, soft: 14, small: 13 }

/** The same as a part of what the reader has set. */
export const rem = (pixels: number): string => `${pixels / 16}rem`

/** The colours as custom properties of a style sheet, each by its name. */
export const properties = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')
