import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLine, sources, type LineOptions, type Waiting } from './line.ts'

const options = (more: Partial<LineOptions> = {}): LineOptions => ({
  places: 4,
  api: { most: 3, mostBehind: 2, least: 1 },
  bound: () => Infinity,
  isBehind: () => false,
  ...more,
})
const call = (source: Waiting['source'], name = 'f') => ({ function: name, source })

/** What is taken now, as long as anything is. */
function takeAll(line: ReturnType<typeof openLine>): string[] {
  const taken: string[] = []
  for (let next = line.take(); next; next = line.take()) taken.push(next.source)
  return taken
}

test('what follows from stored work goes before new requests, and a place is kept for these', () => {
  const line = openLine(options())
  for (const source of ['api', 'api', 'later', 'stream', 'queue', 'task'] as const) line.add(call(source))
  expect(takeAll(line)).toEqual(['task', 'queue', 'stream', 'api'])
  line.release(call('api'))
  expect(takeAll(line)).toEqual(['api'])
  line.release(call('task'))
  expect(takeAll(line)).toEqual(['later'])
})

test('requests leave places for what follows from them', () => {
  const line = openLine(options())
  for (let count = 0; count < 5; count++) line.add(call('api'))
  expect(takeAll(line)).toEqual(['api', 'api', 'api'])
  line.add(call('queue'))
  expect(takeAll(line)).toEqual(['queue'])
})

test('requests slow down while what follows from them is behind, and never stop', () => {
  let isBehind = true
  const line = openLine(options({ isBehind: () => isBehind }))
  for (let count = 0; count < 5; count++) line.add(call('api'))
  expect(takeAll(line)).toEqual(['api', 'api'])
  isBehind = false
  expect(takeAll(line)).toEqual(['api'])
})

test('a function waits for its own bound alone, and a paused one for the end of its pause', () => {
  const line = openLine(options({ places: 10, bound: (name) => (name === 'slow' ? 1 : 10) }))
  line.add(call('queue', 'slow'))
  line.add(call('queue', 'slow'))
  line.add(call('queue', 'other'))
  line.pause('other', true)
  expect([line.take()?.function, line.take()]).toEqual(['slow', undefined])
  line.pause('other', false)
  expect(line.take()?.function).toBe('other')
  line.release(call('queue', 'slow'))
  expect(line.take()?.function).toBe('slow')
})

test('a function that a function waits for has a place although none is free', () => {
  const line = openLine(options())
  for (let count = 0; count < 4; count++) line.add(call('queue'))
  takeAll(line)
  line.add(call('sdk', 'called'))
  expect(takeAll(line)).toEqual(['sdk'])
})

test('whatever comes and ends, bounds are kept, nobody is lost, and who waits could not run', () => {
  const step = fc.oneof(
    fc.record({
      add: fc.record({ function: fc.constantFrom('a', 'b', 'c'), source: fc.constantFrom(...sources) }),
    }),
    fc.record({ end: fc.nat() }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const line = openLine(options({ bound: () => 2 }))
      const running: Waiting[] = []
      let added = 0
      let ended = 0
      for (const one of steps) {
        if ('add' in one) {
          line.add(one.add)
          added++
        } else if (running.length > 0) {
          line.release(running.splice(one.end % running.length, 1)[0]!)
          ended++
        }
        for (let next = line.take(); next; next = line.take()) running.push(next)
        const inPlaces = running.filter(({ source }) => source !== 'sdk').length
        expect(inPlaces).toBeLessThanOrEqual(4)
        for (const name of ['a', 'b', 'c'])
          expect(running.filter((it) => it.function === name).length).toBeLessThanOrEqual(2)
        expect(running.length + line.length + ended).toBe(added)
      }
      // With everything that runs ended again and again, all are served.
      while (running.length > 0) {
        line.release(running.pop()!)
        ended++
        for (let next = line.take(); next; next = line.take()) running.push(next)
      }
      expect([line.length, ended]).toEqual([0, added])
    }),
  )
})
