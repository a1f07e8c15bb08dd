import { expect, test } from 'vitest'
import { home, screenAt, screens } from './screen.ts'

test('each screen is found by its path, with the parts that vary, and one that says it all before one with parts', () => {
  for (const screen of screens) {
    const path = screen.path.replaceAll(/\$(\w+)/g, 'some-$1')
    const names = [...screen.path.matchAll(/\$(\w+)/g)].map(([, name]) => [name, `some-${name}`])
    // `/leads/some-id` is a file of some plural, too.
    expect(screenAt(path), screen.path).toEqual({ screen, parameters: Object.fromEntries(names) })
  }
  expect(screenAt('/leads/lead_1')?.screen.path).toBe('/leads/$id')
  expect(screenAt('/customers/cust_1')?.parameters).toEqual({ plural: 'customers', id: 'cust_1' })
  expect(screenAt(home)?.screen.path).toBe('/work')
  for (const none of ['', '/', '/leads/a/b', '/nothing']) expect(screenAt(none), none).toBeUndefined()
})

test('what a screen shows first is asked of the API, and at one place', () => {
  expect(screenAt('/customers/cust_1')!.screen.first!({ plural: 'customers', id: 'cust_1' })).toEqual([
    '/customers/cust_1/file?limit=30',
  ])
  expect(screenAt('/work')!.screen.first!({})).toEqual(['/work?limit=100&fields=record&count=true'])
})
