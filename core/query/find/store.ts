import type { Key } from '../../record/key.ts'
import type { Lookup } from './plan.ts'
import type { Posting, PostingChange } from './posting.ts'

/*
 * Where postings and the dictionary lie: beside the ledger, of which they are no part (docs/decision/0049). What is read may be
 * a moment old. Any method throws Fault `store.unavailable` when the table is down or throttled.
 */
export interface FindStore {
  /**
   * Postings of a lookup, in the order of their keys, of so many as are looked at.
   * @param page `after`: `next` of the page before
   */
  ask(lookup: Lookup, page: { limit: number; after?: Key }): Promise<PostingPage>
  /** In any number and order of different keys; may be done again. */
  write(changes: readonly PostingChange[]): Promise<void>
  /** Every word of the sets of a partition. */
  words(pk: string): Promise<string[]>
  /** Adds words to a set that has fewer than `mostInSet`; those that it has cost a read or nothing. */
  learn(words: readonly { set: Key; word: string }[]): Promise<void>
  /** Every posting there is, of all tenants, in no order; a page may have none. */
  walk(page: { limit: number; after?: Key }): Promise<PostingPage>
}

export interface PostingPage {
  postings: Posting[]
  /** where to go on, or nothing at the end */
  next?: Key
}
