/*
 * One host for all functions: what one of them does to it costs the others nothing that they cannot bear. Each test was
 * seen to fail with its protection taken out of host.ts, pool.ts or runtime/.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { openFunctionWorld, type FunctionWorld } from '../fixture/functions.ts'
import { begunSize } from './runtime/message.ts'

let world: FunctionWorld
afterEach(() => world.stop())

/** Says which life of the host it is, and how often it was called in it. */
const counter = `
  const born = Math.random()
  let count = 0
  exports.handler = async () => ({ born, count: ++count })`
/** Answers when the gate opens, and how many were there at once. */
const waiter = {
  timeout: 20_000,
  code: `
  const http = require('node:http')
  let now = 0, most = 0, begun = 0
  exports.handler = async () => {
    most = Math.max(most, ++now)
    begun++
    await new Promise((resolve, reject) =>
      http.get(process.env.AWS_ENDPOINT_URL + '/gate', (res) => res.resume().on('end', resolve)).on('error', reject))
    now--
    return { most, begun }
  }`,
}

/** Answers requests of functions when it is open. */
function gate() {
  const opened = Promise.withResolvers<void>()
  let waiting = 0
  return {
    open: () => opened.resolve(),
    waiting: () => waiting,
    async answerSdk() {
      waiting++
      await opened.promise
      return { status: 200, headers: [], body: '' }
    },
  }
}
const misbehaving = `
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  exports.handler = async ({ how, after = 0 }) => {
    if (after) await wait(after)
    if (how === 'loop') for (;;);
    if (how === 'leak') { const held = []; for (;;) held.push(new Array(2e6).fill(0.5)) }
    if (how === 'throw') setImmediate(() => { throw new RangeError('out of line') })
    if (how === 'reject') void Promise.reject(new RangeError('out of line'))
    if (how === 'exit') process.exit(3)
    if (how === 'kill') process.kill(process.pid, 'SIGKILL')
    if (how === 'exit and catch') { try { process.exit(4) } catch {} return 'went on' }
    if (how === 'answer and throw') { setTimeout(() => { throw new Error('too late') }, 20); return 'answered' }
    if (how === 'answer and exit') { setTimeout(() => process.exit(5), 20); return 'answered' }
    await wait(60_000)
  }`

describe('many calls', () => {
  test('run at once up to the bound of their function; those beyond wait', async () => {
    const { open, waiting, answerSdk } = gate()
    world = openFunctionWorld({ waiter: { ...waiter, concurrency: 3 } }, { answerSdk })
    const all = Promise.all(Array.from({ length: 7 }, () => world.value('waiter', {}, 'queue')))
    await expect.poll(waiting, { timeout: 10_000 }).toBe(3)
    open()
    expect((await all).at(-1)).toEqual({ most: 3, begun: 7 })
  })

  test('a call whose function is switched off waits, and others do not', async () => {
    world = openFunctionWorld({ counter, other: counter })
    world.functions.pause('counter', true)
    const waiting = world.value('counter')
    await world.value('other')
    expect(await Promise.race([waiting, Promise.resolve('waits')])).toBe('waits')
    world.functions.pause('counter', false)
    expect(await waiting).toMatchObject({ count: 1 })
  })
})

describe('a call that', () => {
  test.each([
    ['throws outside of its promise', 'throw', 'RangeError'],
    ['leaves a rejection to nobody', 'reject', 'RangeError'],
    ['exits', 'exit', 'Runtime.ExitError'],
    ['exits and goes on', 'exit and catch', 'Runtime.ExitError'],
    ['kills its process', 'kill', 'Runtime.ExitError'],
    ['waits for too long', 'wait', 'Sandbox.Timedout'],
  ])(
    '%s fails alone: what runs beside it ends as it would, what comes has a new host',
    async (_, how, type) => {
      const { open, waiting, answerSdk } = gate()
      world = openFunctionWorld({ counter, waiter, bad: { code: misbehaving, timeout: 500 } }, { answerSdk })
      const before = (await world.value('counter')) as { born: number }
      const beside = [world.value('waiter', {}, 'api'), world.value('waiter', {}, 'queue')]
      await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
      const { errorType, errorMessage } = await world.failure('bad', { how })
      expect(errorType).toBe(type)
      expect(errorMessage).toMatch(/^RequestId: \S+ Error: ./)
      const after = (await world.value('counter')) as { born: number; count: number }
      expect(after.count).toBe(1)
      expect(after.born).not.toBe(before.born)
      expect(world.functions.hosts()).toEqual({ threads: 2, alone: 0 })
      open()
      expect(await Promise.all(beside)).toEqual([
        { most: 2, begun: 2 },
        { most: 2, begun: 2 },
      ])
      expect(world.functions.hosts()).toEqual({ threads: 1, alone: 0 })
    },
  )

  test.each([
    ['blocks the thread', 'loop', 'Sandbox.Timedout'],
    ['needs too much memory', 'leak', 'Runtime.OutOfMemory'],
  ])(
    '%s ends the host: of the others, those that are delivered at least once come again, requests are told',
    async (_, how, type) => {
      const { open, waiting, answerSdk } = gate()
      world = openFunctionWorld({ counter, waiter, bad: { code: misbehaving, timeout: 700 } }, { answerSdk })
      const queued = world.value('waiter', {}, 'queue')
      const asked = world.failure('waiter', {}, 'api')
      await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
      const culprit = world.failure('bad', { how }, 'queue')
      // They stand behind the call that blocks the thread, so that it never begins them.
      const notBegun = [world.value('counter', {}, 'api'), world.value('counter', {}, 'queue')]
      expect((await asked).errorType).toBe('Lambda.ServiceException')
      open()
      // Alone in a new host, where it is the first.
      expect(await queued).toEqual({ most: 1, begun: 1 })
      expect((await culprit).errorType).toBe(type)
      expect(world.lines.join()).toMatch(new RegExp(`host: ${type}: .*; ended with it: waiter, waiter, bad`))
      expect(await Promise.all(notBegun)).toMatchObject([{ count: 2 }, { count: 1 }])
    },
  )

  test('ends the host does not make one that began long before it begin again', async () => {
    const { waiting, answerSdk } = gate()
    world = openFunctionWorld(
      { counter, late: counter, waiter, bad: { code: misbehaving, timeout: 700 } },
      { answerSdk },
    )
    const asked = world.failure('waiter', {}, 'api')
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
    // So many that one which never begins would take over what is noted of the first.
    await Promise.all(Array.from({ length: begunSize - 2 }, () => world.value('counter', {}, 'queue')))
    const culprit = world.failure('bad', { how: 'loop' }, 'queue')
    const notBegun = world.value('late')
    expect((await asked).errorType).toBe('Lambda.ServiceException')
    expect((await culprit).errorType).toBe('Sandbox.Timedout')
    expect(await notBegun).toMatchObject({ count: 1 })
    expect(waiting()).toBe(1)
  })

  test('has failed reaches nobody with what it still does', async () => {
    const asked: string[] = []
    world = openFunctionWorld(
      {
        bad: {
          timeout: 200,
          code: `
          const http = require('node:http')
          exports.handler = ({ order }) => new Promise(() => {
            const ask = () => http.get(process.env.AWS_ENDPOINT_URL + '/' + order, (res) => res.resume()).on('error', () => {})
            setTimeout(ask, 50)
            setTimeout(ask, 400)
          })`,
        },
        // Holds the host until what the other does has come and gone.
        holder: `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 600))`,
      },
      {
        async answerSdk({ path }) {
          asked.push(path)
          return { status: 200, headers: [], body: '' }
        },
      },
    )
    const beside = world.value('holder')
    expect((await world.failure('bad', { order: 'one' })).errorType).toBe('Sandbox.Timedout')
    await beside
    expect(asked).toEqual(['/one'])
  })

  test('waits too long is no reason to replace the host again and again', async () => {
    world = openFunctionWorld({ counter, bad: { code: misbehaving, timeout: 50 } })
    const { born } = (await world.value('counter')) as { born: number }
    expect((await world.failure('bad', { how: 'wait' })).errorType).toBe('Sandbox.Timedout')
    const second = (await world.value('counter')) as { born: number }
    expect(second.born).not.toBe(born)
    for (let time = 0; time < 3; time++)
      expect((await world.failure('bad', { how: 'wait' })).errorType).toBe('Sandbox.Timedout')
    expect(await world.value('counter')).toEqual({ born: second.born, count: 2 })
  })

  test('throws when it has answered fails nobody; its host takes no more, and the log has the reason', async () => {
    world = openFunctionWorld({ counter, bad: misbehaving })
    const before = (await world.value('counter')) as { born: number }
    expect(await world.value('bad', { how: 'answer and throw' })).toBe('answered')
    await expect.poll(() => world.lines.join('\n'), { timeout: 10_000 }).toContain('too late')
    expect(await world.value('bad', { how: 'answer and exit' })).toBe('answered')
    await expect
      .poll(() => world.lines.join('\n'), { timeout: 10_000 })
      .toContain('host: Runtime.ExitError: ')
    expect(((await world.value('counter')) as { born: number }).born).not.toBe(before.born)
  })

  test('cannot load its code fails, others do not, and the next call tries again', async () => {
    world = openFunctionWorld({
      counter,
      bad: `globalThis.tries = (globalThis.tries ?? 0) + 1; throw new SyntaxError('not today')`,
      exiting: 'process.exit(1)',
      none: { code: '', handler: 'nowhere.handler' },
    })
    const { born } = (await world.value('counter')) as { born: number }
    expect((await world.failure('bad')).errorType).toBe('SyntaxError')
    expect((await world.failure('bad')).errorType).toBe('SyntaxError')
    expect((await world.failure('none')).errorType).toBe('Runtime.ImportModuleError')
    expect((await world.failure('exiting')).errorType).toBe('Runtime.ExitError')
    expect(await world.value('counter')).toEqual({ born, count: 2 })
  })
})

describe('a function in processes of its own', () => {
  const own = { isolation: 'process' as const }

  test('has one call at a time in each, and is not touched by what ends the host of the others', async () => {
    world = openFunctionWorld({
      own: {
        ...own,
        code: `
        let now = 0
        exports.handler = async () => {
          const most = ++now
          await new Promise((resolve) => setTimeout(resolve, 100))
          now--
          console.log('said by', process.env.NAME)
          return { most, pid: process.pid, home: process.env.HOME ?? 'none' }
        }`,
      },
      bad: { code: misbehaving, timeout: 300 },
    })
    const all = (await Promise.all([
      world.failure('bad', { how: 'loop' }),
      ...Array.from({ length: 4 }, () => world.value('own')),
    ])) as { most: number; pid: number; home: string }[]
    expect(all.slice(1).map(({ most, home }) => [most, home])).toEqual(
      Array.from({ length: 4 }, () => [1, 'none']),
    )
    expect(all[1]!.pid).not.toBe(process.pid)
    expect(world.lines).toContain('own: said by own')
  })

  test.each([
    ['aborts, as native code does', 'process.abort()', 'Runtime.ExitError'],
    ['loops', 'for (;;);', 'Sandbox.Timedout'],
    ['waits for too long', 'await new Promise(() => setTimeout(() => {}, 60_000))', 'Sandbox.Timedout'],
    ['exits', 'process.exit(3)', 'Runtime.ExitError'],
    [
      'needs too much memory',
      'const held = []; for (;;) held.push(new Array(2e6).fill(0.5))',
      'Runtime.OutOfMemory',
    ],
  ])('that %s ends its process and nothing else', async (_, body, type) => {
    world = openFunctionWorld({
      own: {
        ...own,
        timeout: 2000,
        code: `exports.handler = async ({ bad }) => { if (bad) { ${body} } return process.pid }`,
      },
      counter,
    })
    await world.value('counter')
    const first = await world.value('own')
    expect((await world.failure('own', { bad: true })).errorType).toBe(type)
    expect(await world.value('own')).not.toBe(first)
    expect(await world.value('counter')).toMatchObject({ count: 2 })
  })
})
