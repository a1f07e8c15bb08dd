import { expect, test } from 'vitest'
import { Refused, type Api } from '../../api/client.ts'
import type { Stored } from '../../api/file.ts'
import { saveField } from './save.ts'

/** Refuses with what is there, until nothing of it is left. */
function apiWith(...meanwhile: Stored[]) {
  const sent: unknown[] = []
  const api = {
    get: async () => Promise.reject(new Error('not asked')),
    send: async (_: string, __: string, body: unknown, { ifMatch }: { ifMatch?: string } = {}) => {
      sent.push([body, ifMatch])
      const current = meanwhile.shift()
      if (current) throw new Refused(412, { current })
      return {}
    },
  } as unknown as Api
  return { api, sent }
}

const before: Stored = { id: 'cus_1', version: 3, city: 'Lviv', employees: 40 }
const edit = { url: '/customers/cus_1', field: 'city', value: 'Kyiv', before }

test('what others have changed beside it is no conflict: it is sent again for the state that is there', async () => {
  const { api, sent } = apiWith({ ...before, version: 5, employees: 45 })
  expect(await saveField(api, edit)).toBeUndefined()
  expect(sent).toEqual([
    [{ city: 'Kyiv' }, '"3"'],
    [{ city: 'Kyiv' }, '"5"'],
  ])
})

test('of a field that somebody else has changed too a person decides', async () => {
  const now = { ...before, version: 4, city: 'Odesa' }
  const { api, sent } = apiWith(now)
  expect(await saveField(api, edit)).toEqual(now)
  expect(sent).toHaveLength(1)
})

test('what is there already, because the answer was lost, is done', async () => {
  expect(await saveField(apiWith({ ...before, version: 4, city: 'Kyiv' }).api, edit)).toBeUndefined()
})

test('nothing in place of a value takes it away', async () => {
  const { api, sent } = apiWith()
  await saveField(api, { ...edit, value: undefined })
  expect(sent).toEqual([[{ city: null }, '"3"']])
})
