/*
 * Colours, fonts and sizes of everything that a person sees: pages and e-mails read them here, and the pages of the
 * embedded cloud have the same values (local/http/theme.ts; a test compares). Text on its ground has a contrast of at
 * least 4.5:1 in the light and in the dark, the edge of a field 3:1 (WCAG 2.2, 1.4.3 and 1.4.11; a test counts).
 */

export interface Colours {
  /** behind everything */
  ground: string
  /** a sheet on it */
  card: string
  ink: string
  /** text of less weight */
  soft: string
  /** between parts, and around a sheet */
  line: string
  /** around a field */
  edge: string
  /** links, buttons, what is done; `over` under the pointer, `on` for text on it */
  accent: string
  over: string
  on: string
  /** behind what belongs to the accent */
  tint: string
  /** what is overdue or wrong */
  late: string
}

export const light: Colours = {
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

export const dark: Colours = {
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

/** What the console has beside them: states of rows, chips, plots. Each on `card` but where its name says a ground. */
export interface ConsoleColours {
  /** quotes and output columns */
  sunk: string
  /** between columns and parts: there are many of them, so it is finer than around a form */
  line: string
  /** around buttons and boxes */
  rule: string
  hover: string
  pressed: string
  /** behind what is overdue, at risk, a draft; and the text on it */
  'late-tint': string
  soon: string
  'soon-tint': string
  info: string
  'info-tint': string
  /** in a plot, in this order, with direct labels */
  'plot-1': string
  'plot-2': string
  'plot-3': string
  'plot-4': string
  'plot-5': string
}

export const consoleLight: ConsoleColours = {
  sunk: '#f7f9f7',
  line: '#e3e8e4',
  rule: '#cdd5cf',
  hover: '#eef2ef',
  pressed: '#e4eae6',
  'late-tint': '#fcece3',
  soon: '#75500a',
  'soon-tint': '#fbf1d8',
  info: '#24578f',
  'info-tint': '#e9f0f8',
  'plot-1': '#0b6b4f',
  'plot-2': '#2b6cb0',
  'plot-3': '#b7791f',
  'plot-4': '#9a3412',
  'plot-5': '#7a8b83',
}

export const consoleDark: ConsoleColours = {
  sunk: '#151c19',
  line: '#29332e',
  rule: '#3a4740',
  hover: '#212b27',
  pressed: '#2a3631',
  'late-tint': '#3a2318',
  soon: '#f0cd7c',
  'soon-tint': '#352b14',
  info: '#9cc4f0',
  'info-tint': '#1b2a3a',
  'plot-1': '#62cfa6',
  'plot-2': '#7fb2ea',
  'plot-3': '#e3b75b',
  'plot-4': '#f29b6b',
  'plot-5': '#7f9088',
}

/** Of what lies above something else, the higher the farther; and what dims everything under a dialog. */
export const elevation = {
  'shadow-1': '0 1px 2px rgb(0 0 0 / 0.06)',
  'shadow-2': '0 8px 28px rgb(0 0 0 / 0.14)',
  'shadow-3': '0 20px 56px rgb(0 0 0 / 0.22)',
  veil: 'rgb(10 20 16 / 0.32)',
}

export const font = {
  page: 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif',
  /** without `system-ui`, which mail programs of Windows take for a serif; single quotes, for it stands in attributes */
  mail: `-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif`,
  code: 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace',
}

/** Of text, in pixels of a browser that nobody has set otherwise. */
export const size = { text: 16, fact: 15, soft: 14, small: 13 }

/** The same as a part of what the reader has set. */
export const rem = (pixels: number): string => `${pixels / 16}rem`

/** The colours as custom properties of a style sheet, each by its name. */
export const properties = (colours: Colours | ConsoleColours | typeof elevation): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')
