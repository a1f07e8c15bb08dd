/*
 * What somebody has chosen for this browser alone: language, theme, single keys. Kept here and not with his person, because people share
 * neither eyes nor keyboards with their phones.
 */

export interface Preferences {
  /** absent: that of the person, then of the browser */
  language?: string
  /** absent: as the system says */
  theme?: 'light' | 'dark' | undefined
  /** single letters do nothing (WCAG 2.1.4) */
  withoutLetters?: boolean
}

const place = 'holdfast.preferences'
const listeners = new Set<() => void>()
let current = read()

function read(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Preferences
  } catch {
    return {}
  }
}

function show(): void {
  const root = document.documentElement
  if (current.theme) root.dataset.theme = current.theme
  else delete root.dataset.theme
}

export function prefer(change: Preferences): void {
  current = { ...current, ...change }
  localStorage.setItem(place, JSON.stringify(current))
  show()
  for (const tell of listeners) tell()
}

export function onPreference(tell: () => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}

export const preferences = (): Preferences => current

// What another tab has chosen holds here too.
addEventListener('storage', ({ key }) => {
  if (key !== place) return
  current = read()
  show()
  for (const tell of listeners) tell()
})
show()
