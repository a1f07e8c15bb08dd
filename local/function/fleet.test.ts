import { expect, test } from 'vitest'
import { openFunctionWorld } from '../fixture/functions.ts'

test.each([
  [40, 8],
  [41, 5],
])('with %i messages behind, %i requests run at once', async (backlog, most) => {
  const world = openFunctionWorld(
    {
      count: `let running = 0, most = 0
        exports.handler = async () => {
          most = Math.max(most, ++running)
          await new Promise(setImmediate)
          running--
          return most
        }`,
    },
    { backlog: () => backlog },
  )
  const seen = await Promise.all(Array.from({ length: 30 }, () => world.value('count')))
  expect(Math.max(...(seen as number[]))).toBe(most)
  await world.stop()
})
