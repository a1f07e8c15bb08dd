import { describe } from 'vitest'
import { memoryFind } from '#core/query/find/memory.ts'
import { memoryStore } from '#core/store/memory.ts'
import { dynoxideProgram } from './dynoxide.ts'
import { findSuite } from './suite/find-suite.ts'
import { storeSuite } from './suite/store-suite.ts'
import { openDynoxide, openEngine } from './table-engine.ts'

storeSuite('memory', async () => ({ store: memoryStore() }))
findSuite('memory', async () => ({ find: memoryFind() }))

storeSuite('table, on the embedded engine', openEngine)
findSuite('table, on the embedded engine', openEngine)

const dynoxide = dynoxideProgram()
describe.runIf(dynoxide)(
  `where dynoxide has a build, as ${dynoxide ? '' : 'not '}for ${process.platform} ${process.arch}`,
  () => {
    storeSuite('table, on dynoxide', () => openDynoxide(dynoxide!))
    findSuite('table, on dynoxide', () => openDynoxide(dynoxide!))
  },
)
