import { kinds } from 'holdfast:kinds'
import { deriveFiles } from '#core/project/derive.ts'
import { filesToDerive, lastOfEach, projectionsOf } from '#core/project/project.ts'
import { onStream } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

/**
 * Writes what follows from changes of records: the journal, lines in the files where they are filed, and then what these
 * files come to.
 */
export const handler = onStream({ store: openTable }, async (changes, { store, clock }) => {
  await store.project(lastOfEach(changes.flatMap((change) => projectionsOf(kinds, change))))
  await deriveFiles(store, kinds, filesToDerive(kinds, changes), clock.now())
  return []
})
