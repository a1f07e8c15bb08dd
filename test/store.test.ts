import { mkdtemp, rm } from 'node:fs/promises'
import { describe } from 'vitest'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '#core/store/memory.ts'
import { tableStore } from '#functions/adapter/table.ts'
import { dynoxideProgram, startDynoxide } from './dynoxide.ts'
import { clientOf, createTable, openEngine } from './engine.ts'
import { storeSuite } from './suite/store-suite.ts'

storeSuite('memory', async () => ({ store: memoryStore() }))

// The table store speaks the real SDK to two engines with DynamoDB's interface: that of the embedded cloud, and one that
// was checked against AWS itself, where there is a build of it.
storeSuite('table, on the embedded engine', openEngine)

const dynoxide = dynoxideProgram()
describe.runIf(dynoxide)(
  `where dynoxide has a build, as ${dynoxide ? '' : 'not '}for ${process.platform} ${process.arch}`,
  () => {
    storeSuite('table, on dynoxide', () => openDynoxide(dynoxide!))
  },
)

async function openDynoxide(program: string) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const server = await startDynoxide(program, join(folder, 'table.db'))
  const client = clientOf(server.port)
  await createTable(client)
  return {
    store: tableStore(client, 'holdfast'),
    close: async () => {
      client.destroy()
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}
