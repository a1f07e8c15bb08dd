/* What each function has for itself although all of them share a thread. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openFunctionWorld, type FunctionWorld } from '../fixture/functions.ts'

let world: FunctionWorld
afterEach(() => world.stop())

/** Reads its surroundings in each way that there is, at the beginning and after a while. */
const reader = `
  const required = require('node:process')
  const atLoad = process.env.NAME
  const read = () => [process.env.NAME, required.env.NAME, globalThis.process.env.NAME, global.process.env.NAME,
    process.getBuiltinModule('process').env.NAME, eval('process').env.NAME]
  exports.handler = async () => {
    const before = read()
    await new Promise((resolve) => setTimeout(resolve, 5))
    const inner = await new Promise((resolve) => setImmediate(() => resolve(read())))
    return [...new Set([atLoad, ...before, ...read(), ...inner])]
  }`
const moduleReader = `
  import { env } from 'node:process'
  import processItself from 'node:process'
  const atLoad = process.env.NAME
  export const handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    console.log('said by a module')
    return [...new Set([atLoad, process.env.NAME, processItself.env.NAME, globalThis.process.env.NAME])]
  }`

test('each function reads its own environment, at any time, by whatever name, and nothing of this process', async () => {
  process.env.OF_THIS_PROCESS = 'secret'
  world = openFunctionWorld({
    one: reader,
    two: reader,
    module: { code: moduleReader, file: 'index.mjs' },
    all: 'exports.handler = async () => Object.keys(process.env)',
    written: `exports.handler = async () => { process.env.COUNT = 1 + Number(process.env.COUNT ?? 0); return process.env.COUNT }`,
    other: `exports.handler = async () => process.env.COUNT ?? 'none'`,
  })
  const names = ['one', 'two', 'one', 'module', 'two']
  expect(await Promise.all(names.map((name) => world.value(name)))).toEqual(names.map((name) => [name]))
  const all = await world.value('all')
  expect(all).toContain('AWS_LAMBDA_FUNCTION_NAME')
  for (const name of ['OF_THIS_PROCESS', 'HOME', 'NODE_COMPILE_CACHE', 'PWD']) expect(all).not.toContain(name)
  delete process.env.OF_THIS_PROCESS
  // As Node's own, every value is a text.
  expect([await world.value('written'), await world.value('written')]).toEqual(['1', '2'])
  expect(await world.value('other')).toBe('none')
})

test('what a function writes stands in the log under its name, whole lines at a time', async () => {
  const speaker = `
    exports.handler = async ({ text }) => {
      process.stdout.write(text + ' in ')
      await new Promise((resolve) => setTimeout(resolve, 5))
      process.stdout.write('pieces\\n')
      console.error('%s as an error', text)
      require('node:console').log(text, { by: 'console' })
      globalThis.console.info(text, 'again')
    }`
  world = openFunctionWorld({ one: speaker, two: speaker, module: { code: moduleReader, file: 'index.mjs' } })
  await Promise.all([
    world.value('one', { text: 'a' }),
    world.value('two', { text: 'b' }),
    world.value('module'),
  ])
  const said = (name: string, text: string) =>
    ['in pieces', 'as an error', "{ by: 'console' }", 'again'].map((rest) => `${name}: ${text} ${rest}`)
  expect(world.lines.toSorted()).toEqual(
    [...said('one', 'a'), ...said('two', 'b'), 'module: said by a module'].toSorted(),
  )
})

test('globals and modules of a function are its own; built-in objects are those of the thread', async () => {
  const code = `
    const { own } = require('./part.cjs')
    exports.handler = async () => {
      globalThis.seen = (globalThis.seen ?? 0) + 1
      own.calls++
      return { seen: global.seen, calls: own.calls, shared: 'seen' in globalThis, same: globalThis === global,
        bytes: Buffer.from('x') instanceof Uint8Array, global: globalThis.Uint8Array === Uint8Array,
        crypto: typeof globalThis.crypto.subtle, isolated: typeof seen }
    }`
  world = openFunctionWorld({
    one: { code, files: { 'part.cjs': 'exports.own = { calls: 0 }' } },
    two: { code, files: { 'part.cjs': 'exports.own = { calls: 0 }' } },
  })
  const rest = {
    shared: true,
    same: true,
    bytes: true,
    global: true,
    crypto: 'object',
    isolated: 'undefined',
  }
  await world.value('one')
  expect(await world.value('one')).toEqual({ seen: 2, calls: 2, ...rest })
  expect(await world.value('two')).toEqual({ seen: 1, calls: 1, ...rest })
})

test('the position of an error is that in the file, from the first sign on', async () => {
  const code = `"use strict";exports.handler=async()=>{isThisStrict=1}`
  world = openFunctionWorld({ one: code })
  const { errorType, trace } = (await world.failure('one')) as unknown as {
    errorType: string
    trace: string[]
  }
  expect(errorType).toBe('ReferenceError')
  expect(trace[1]).toMatch(new RegExp(`index\\.cjs:1:${code.indexOf('=1') + 1}\\)?$`))
})

/** Files of compiled code. */
const compiledIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)) : []

test('compiled code of each function is kept for the next host, whichever was called first', async () => {
  world = openFunctionWorld({
    one: `exports.handler = async () => 'one'`,
    two: `exports.handler = async () => 'two'`,
  })
  await world.value('one')
  await expect.poll(() => compiledIn(world.compileCache)).toHaveLength(1)
  await world.value('two')
  await expect.poll(() => compiledIn(world.compileCache)).toHaveLength(2)
})

test('compiled code of another version is not used, and makes room for that of this one', async () => {
  const returns = (text: string) => ({ one: `exports.handler = async () => '${text}'` })
  const before = openFunctionWorld(returns('one'))
  try {
    expect(await before.value('one')).toBe('one')
    await expect.poll(() => compiledIn(before.compileCache)).toHaveLength(1)
    const file = join(before.compileCache, compiledIn(before.compileCache)[0]!)
    const content = readFileSync(file)
    // Of the same length, by which alone V8 would tell them apart.
    world = openFunctionWorld(returns('two'), { compileCache: before.compileCache })
    expect(await world.value('one')).toBe('two')
    await expect.poll(() => readFileSync(file).equals(content)).toBe(false)
    expect(compiledIn(before.compileCache)).toHaveLength(1)
  } finally {
    await before.stop()
  }
})

test('compiled code of which a power cut has left a part is compiled again', async () => {
  const code = `exports.handler = async () => { ${'Math.max(1, 2);'.repeat(2000)} return 'one' }`
  const before = openFunctionWorld({ one: code })
  try {
    await before.value('one')
    await expect.poll(() => compiledIn(before.compileCache)).toHaveLength(1)
    const file = join(before.compileCache, compiledIn(before.compileCache)[0]!)
    const content = readFileSync(file)
    // As a disk leaves it: of the right length, with nothing in some sectors.
    writeFileSync(file, content.fill(0, 1024))
    world = openFunctionWorld({ one: code }, { compileCache: before.compileCache })
    expect(await world.value('one')).toBe('one')
    await expect.poll(() => readFileSync(file).subarray(1024).some(Boolean)).toBe(true)
  } finally {
    await before.stop()
  }
})

test('a library outside of the folder, as tests have them, reads the environment of whoever calls it', async () => {
  const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-sqs')
  const code = `
    const { SQSClient } = require(${JSON.stringify(sdk)})
    exports.handler = async () => {
      const { accessKeyId } = await new SQSClient({}).config.credentials()
      return accessKeyId
    }`
  const environment = (key: string) => ({ AWS_ACCESS_KEY_ID: key, AWS_REGION: 'eu-central-1' })
  world = openFunctionWorld({
    one: { code, environment: environment('key of one') },
    two: { code, environment: environment('key of two') },
  })
  expect(await Promise.all([world.value('one'), world.value('two')])).toEqual(['key of one', 'key of two'])
})

test('a function built of modules requires by a require of its own', async () => {
  world = openFunctionWorld({
    one: {
      code: `
        const { createRequire } = require('node:module')
        const { name } = createRequire(__filename)('./part.cjs')
        exports.handler = async () => name`,
      files: { 'part.cjs': `exports.name = process.env.NAME` },
    },
  })
  expect(await world.value('one')).toBe('one')
})
