/** What a reader of the table's stream is told of. */
export interface StreamReading {
  /** how items are of whose changes it is told */
  images: readonly object[]
  /** and those of which it is told when they are changed, not when they are new */
  changed?: readonly object[]
  windowSeconds?: number
  late: string
}

export const ofKinds = (names: readonly string[]): object[] => (names.length ? [{ kind: { S: names } }] : [])

/** The filters of a reading, as the service takes them. */
export const filtersOf = (
  images: readonly object[],
  changed: readonly object[] = [],
): { pattern: string }[] =>
  [
    ...images.map((NewImage) => ({ dynamodb: { NewImage } })),
    ...changed.map((NewImage) => ({ eventName: ['MODIFY'], dynamodb: { NewImage } })),
  ].map((pattern) => ({ pattern: JSON.stringify(pattern) }))
