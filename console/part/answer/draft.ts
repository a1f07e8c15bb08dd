import type { Entry } from '../../outbox.ts'

/* What somebody types of a contact, by person and record: whoever looks at another one in between, or loads the page again, finds his words
again. Each tab has its own. */

export const contactKinds = ['call', 'email', 'meeting', 'note'] as const
export type ContactKind = (typeof contactKinds)[number]

export interface Draft {
  what: ContactKind
  /** of an e-mail; what else is told of came from us */
  direction: 'out' | 'in'
  text: string
  step: string
  nextAt: number | undefined
}

const place = (own: string) => `holdfast.draft.${own}`
const known = new Map<string, Draft | undefined>()
const listeners = new Set<() => void>()

function read(own: string): Draft | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(place(own)) ?? 'null') as Draft | null) ?? undefined
  } catch {
    return undefined
  }
}

function change(own: string, draft: Draft | undefined): void {
  known.set(own, draft)
  try {
    if (draft) sessionStorage.setItem(place(own), JSON.stringify(draft))
    else sessionStorage.removeItem(place(own))
  } catch {
    // There is no room for it: it stands in the field all the same.
  }
  for (const tell of listeners) tell()
}

/** The name of a draft. @param url of the record in the API */
export const ownOf = (person: string, url: string): string => `${person}.${url}`

export const drafts = {
  /** the very same value until it is changed */
  get(own: string): Draft | undefined {
    if (!known.has(own)) known.set(own, read(own))
    return known.get(own)
  },
  set: (own: string, draft: Draft): void => change(own, draft),
  delete: (own: string): void => change(own, undefined),
  subscribe(tell: () => void): () => void {
    listeners.add(tell)
    return () => void listeners.delete(tell)
  },
}

/** What was typed before it was recorded; undefined: it is no contact. */
export function draftOf({ path, body }: Pick<Entry, 'path' | 'body'>): Draft | undefined {
  const said = body as { what?: string; direction?: 'in' | 'out' } & Record<
    'text' | 'nextStep' | 'nextAt',
    string | undefined
  >
  const what = contactKinds.find((each) => each === said.what)
  if (!path.endsWith('/activities') || what === undefined) return undefined
  return {
    what,
    direction: said.direction ?? 'out',
    text: said.text ?? '',
    step: said.nextStep ?? '',
    nextAt: said.nextAt === undefined ? undefined : Date.parse(said.nextAt),
  }
}
