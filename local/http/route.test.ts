import { expect, test } from 'vitest'
import { compileRoutes } from './route.ts'
import { tokenBucket } from './throttle.ts'

const find = compileRoutes(
  [
    'ANY /f/{formId}',
    'POST /leads',
    'GET /leads/{id}',
    'GET /leads/{id}/history',
    'ANY /leads/special',
    'GET /files/{path+}',
    'GET /leads/{id+}',
    '$default',
  ].map((key) => ({ key })),
)

test.each([
  ['POST', '/leads', 'POST /leads', {}],
  ['GET', '/leads/1', 'GET /leads/{id}', { id: '1' }],
  ['GET', '/leads/a%20b%2Fc', 'GET /leads/{id}', { id: 'a b/c' }],
  ['GET', '/leads/100%', 'GET /leads/{id}', { id: '100%' }],
  // A literal goes before a variable, even when the method is only ANY.
  ['GET', '/leads/special', 'ANY /leads/special', {}],
  ['GET', '/leads/1/history', 'GET /leads/{id}/history', { id: '1' }],
  ['GET', '/leads/1/2/3', 'GET /leads/{id+}', { id: '1/2/3' }],
  ['GET', '/files/a/b', 'GET /files/{path+}', { path: 'a/b' }],
  ['DELETE', '/f/demo', 'ANY /f/{formId}', { formId: 'demo' }],
  ['GET', '/leads', '$default', {}],
  ['HEAD', '/leads/1', '$default', {}],
  ['POST', '/leads/', '$default', {}],
  ['GET', '/files/', '$default', {}],
])('%s %s goes to %s', (method, path, key, parameters) => {
  expect(find(method, path)).toEqual({ route: { key }, parameters })
})

test('without a default there is no route', () => {
  expect(compileRoutes([{ key: 'GET /a' }])('GET', '/b')).toBeUndefined()
})

test('a bucket gives its burst at once and then its rate', () => {
  let now = 0
  const take = tokenBucket(2, 3, () => now)
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
  now = 499
  expect(take()).toBe(false)
  now = 500
  expect([take(), take()]).toEqual([true, false])
  now = 100_000
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false])
})
