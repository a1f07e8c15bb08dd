/** Something that is wrong with a declaration: what, and how to mend it. */
export interface Mistake {
  /** of what it says: `unique`, `field "until"`, `transition "lend"` */
  where: string
  message: string
}

/** Tells of one. */
export type Tell = (where: string, message: string) => void
