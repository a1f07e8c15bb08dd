import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { expect, test } from 'vitest'

/** Of a process that is there no more, or that nobody has taken note of yet. */
function isGone(id: number): boolean {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.startsWith('Z')
  } catch {
    return true
  }
}

const isLinux = process.platform === 'linux'

test.skipIf(!isLinux)(
  `a process whose function never comes back ends with the one that started it, also by kill -9${isLinux ? '' : ' (skipped: no /proc)'}`,
  async () => {
    const module = new URL('./runtime/orphan.ts', import.meta.url).href
    const child = `import { endWithParent } from '${module}'; endWithParent(); console.log(process.pid); for (;;);`
    const parent = `const { spawn } = require('node:child_process')
      spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'inherit', 'ignore'] })`
    const started = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [said] = (await once(started.stdout, 'data')) as [Buffer]
    const id = Number(said.toString())
    try {
      expect(isGone(id)).toBe(false)
      started.kill('SIGKILL')
      await expect.poll(() => isGone(id), { timeout: 8000 }).toBe(true)
    } finally {
      if (!isGone(id)) process.kill(id, 'SIGKILL')
    }
  },
  10_000,
)
