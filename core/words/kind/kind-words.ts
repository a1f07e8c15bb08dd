/** What people call a kind, and what is in it. What is not there has its declared English title. */
export interface KindWords {
  title: string
  /** by the names of fields */
  fields?: Readonly<Record<string, string>>
  /** of choices and states, as they are stored */
  values?: Readonly<Record<string, string>>
}
