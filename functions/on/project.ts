import { kinds } from 'holdfast:kinds'
import { lastOfEach, projectionsOf } from '#core/project/project.ts'
import { onStream } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

/** Writes what follows from changes of records: the journal, and lines in the files where they are filed. */
export const handler = onStream({ store: openTable }, async (changes, { store }) => {
  await store.project(lastOfEach(changes.flatMap((change) => projectionsOf(kinds, change))))
  return []
})
