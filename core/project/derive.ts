import {
  derivedKey,
  derivedKind,
  derivedPageKind,
  derivedPagePrefix,
  pagedBefore,
  pagedFrom,
  type DerivedPage,
  type DerivedRecord,
} from '../kind/system/derived.ts'
import { Fault } from '../record/fault.ts'
import type { DerivedPlan } from '../record/field.ts'
import { toInstant, type Instant } from '../record/id.ts'
import { fromItem, toItem } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import type { Kinds, Subject } from '../record/kind.ts'
import { allOf, type Store, type Write } from '../store/store.ts'
import { combine, planName, reduce } from './derived.ts'

/*
 * The derived fields of a file, computed anew after its lines have changed.
 *
 * Problem: many projectors write lines of one file at once and may read a change twice; a file may have any number of lines,
 * and one that has many must not hold up the others.
 * Representation: pages. A page says what its lines come to, from its sort key up to the next page; when there
 * are too many, the first half stays and the others are a new page, in one transaction. `8#derived` is what all pages come to together.
 * What one call does not get to is marked on its page; the mark comes back by the stream.
 * Invariant: whoever has written a line reads the version of what rests on it, then the lines, and writes on condition of that
 * version; likewise with pages and their sum. So the last one who writes has read whatever was written before, and always
 * writes: one who left out an equal value would let somebody pass who has read older lines.
 * While a page is marked, the sum stays as it was: nobody sees a part of a file as all of it.
 * Rejected: a page for each month (a month has any number of lines, and those of all kinds of a month lie together), adding
 * to what is there (docs/decision/0039).
 */

/** So many lines are on a page, and so many pages are read by one call: at most 402 lines. */
const sizes = { mostLines: 200, mostPages: 2 }

/** Others were faster so often: then the changes are read again. */
const attempts = 20

export interface FileToDerive {
  tenant: string
  subject: Subject
  /** sort keys of lines that have changed; none when only what is marked, or nothing yet, is to be done */
  touched: readonly string[]
  /** how often in a row automation had caused these changes */
  hop?: number
}

type Means = Pick<Store, 'get' | 'query' | 'write'>

/** A page as it will be written; version 0: there is none yet. */
type Page = DerivedPage & { isTouched?: boolean }

interface Book {
  sum: DerivedRecord | undefined
  /** in their order */
  pages: Page[]
}

/**
 * Computes what has changed, at most two pages of 200 lines, and the sum of all. May be called at any time, any number of
 * times.
 * Throws Fault `record.changed` when others are always faster.
 */
export async function deriveFile(
  store: Means,
  plan: DerivedPlan,
  file: FileToDerive,
  moment: { now: number } & Partial<typeof sizes>,
): Promise<void> {
  const pk = fileOf(file.tenant, file.subject.id)
  const task: Task = { ...file, ...sizes, ...moment, plan, name: planName(plan), pk }
  for (let attempt = 0; attempt < attempts; attempt++) if (await derived(store, task)) return
  throw new Fault('record.changed', `others are changing the derived fields of this ${file.subject.kind}`)
}

/** So many files at once: the functions of an account share its connections. */
const atOnce = 8

/** Several files, each on its own. Throws as `deriveFile` does. */
export async function deriveFiles(
  store: Means,
  kinds: Kinds,
  files: readonly FileToDerive[],
  now: number,
): Promise<void> {
  const rest = [...files]
  async function work(): Promise<void> {
    for (let file = rest.shift(); file; file = rest.shift()) {
      const plan = kinds.get(file.subject.kind)?.derived
      if (plan) await deriveFile(store, plan, file, { now })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

interface Task extends FileToDerive, Readonly<typeof sizes> {
  plan: DerivedPlan
  name: string
  now: number
  pk: string
}

/** False when somebody else has written meanwhile: then from the beginning. */
async function derived(store: Means, task: Task): Promise<boolean> {
  const { sum, pages } = await bookOf(store, task)
  const isDue = (page: Page): boolean =>
    page.isTouched === true || page.pending !== undefined || page.plan !== task.name
  for (let read = 0; read < task.mostPages; read++) {
    const at = pages.findIndex(isDue)
    if (at < 0) break
    const written = await pageAgain(store, task, pages[at]!, pages[at + 1]?.from ?? pagedBefore)
    if (!written) return false
    pages.splice(at, 1, ...written)
  }
  const left = pages.filter(isDue)
  return left.length ? mark(store, left, toInstant(task.now)) : writeSum(store, task, { sum, pages })
}

/** The sum is read first: whoever changes a page afterwards finds its version otherwise. */
async function bookOf(store: Means, { tenant, subject, name, touched, pk }: Task): Promise<Book> {
  const found = await store.get(derivedKey(tenant, subject.id))
  const items = await allOf(async (page) => store.query(pk, page), { prefix: derivedPagePrefix })
  const pages: Page[] = items
    .map((item) => fromItem(derivedPageKind, item))
    .toSorted((a, b) => Number(a.from > b.from) - Number(a.from < b.from))
  if (!pages.length && touched.length)
    pages.push({ tenant, subject, version: 0, from: pagedFrom, plan: name, parts: {} })
  for (const sk of touched) {
    const page = pages.findLast(({ from }) => from <= sk)
    if (page) page.isTouched = true
  }
  return { sum: found && fromItem(derivedKind, found), pages }
}

/** The page of the lines that are there now, and a marked one of those that are too many for it. */
async function pageAgain(
  store: Means,
  { pk, plan, name, now, mostLines }: Task,
  { isTouched: _, pending: __, ...page }: Page,
  before: string,
): Promise<Page[] | undefined> {
  const { items, next } = await store.query(pk, { from: page.from, before, limit: mostLines + 1 })
  // One query gives no more than a megabyte either.
  const isWhole = items.length <= mostLines && next === undefined
  // In halves: of a page that stays full each further line would make a page of its own.
  const [beyond] = isWhole ? [] : items.splice(Math.ceil(items.length / 2))
  const whole: Page = { ...page, version: page.version + 1, plan: name, parts: reduce(plan, items, now) }
  const rest: Page[] = beyond
    ? [{ ...whole, version: 1, from: beyond.sk, parts: {}, pending: toInstant(now) }]
    : []
  const { stored } = await store.write([put(whole), ...rest.map(put)])
  return stored ? [whole, ...rest] : undefined
}

/**
 * What is left comes back by the stream: each page that is touched, marked already or not, since somebody may have read it
 * before; or else the first one.
 */
async function mark(store: Means, left: readonly Page[], pending: Instant): Promise<boolean> {
  const touched = left.filter((page) => page.isTouched)
  for (const { isTouched: _, ...page } of touched.length ? touched : left.slice(0, 1)) {
    const { stored } = await store.write([put({ ...page, version: page.version + 1, pending })])
    if (!stored) return false
  }
  return true
}

async function writeSum(store: Means, task: Task, { sum, pages }: Book): Promise<boolean> {
  const { tenant, subject, plan, name, now, hop } = task
  const parts = combine(
    plan,
    pages.map((page) => page.parts),
    now,
  )
  const version = (sum?.version ?? 0) + 1
  const item = toItem(derivedKind, {
    tenant,
    subject,
    version,
    at: toInstant(now),
    plan: name,
    parts,
    hop: hop || undefined,
  })
  const write: Write = version > 1 ? { do: 'replace', item, seen: version - 1 } : { do: 'create', item }
  return (await store.write([write])).stored
}

function put(page: DerivedPage): Write {
  const item = toItem(derivedPageKind, page)
  return page.version > 1 ? { do: 'replace', item, seen: page.version - 1 } : { do: 'create', item }
}
