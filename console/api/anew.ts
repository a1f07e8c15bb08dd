import type { QueryClient } from '@tanstack/react-query'

/** After a change: asks for all that is shown, but not for what people are called. Ends when the answers are there, or do not come. */
export const askAnew = (queries: QueryClient): Promise<void> =>
  queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'people' })
