import { kinds } from 'holdfast:kinds'
import { deriveFiles } from '#core/project/derive.ts'
import { filesToDerive, projectionsOf } from '#core/project/project.ts'
import { indexChanges } from '#core/query/find/index-records.ts'
import { lastOfEach } from '#core/store/store.ts'
import { openFind } from '#functions/adapter/find.ts'
import { onStream } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

/**
 * Writes what follows from changes of records: the journal, lines in the files where they are filed, then what these files
 * come to, and by what they are found.
 */
export const handler = onStream(
  { store: openTable, find: openFind },
  async (changes, { store, find, clock }) => {
    await store.project(lastOfEach(changes.flatMap((change) => projectionsOf(kinds, change))))
    await deriveFiles(store, kinds, filesToDerive(kinds, changes), clock.now())
    await indexChanges(find, kinds, changes)
    return []
  },
)
