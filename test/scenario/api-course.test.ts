import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { textOf } from '../docs.ts'
import { blocksOf, differences, pasted } from '../suite/page-shell.ts'

/** docs/api.md is pasted into a terminal, block after block, and answered as it shows. */

const blocks = blocksOf(textOf('docs/api.md'))

let cloud: Cloud
let printed: string[]
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  printed = await pasted(blocks, cloud, {
    'http://localhost:3000': cloud.url,
    '/tmp/holdfast-api': cloud.data,
  })
})
afterAll(() => cloud?.stop())

test.each(blocks.map((block, i) => ({ ...block, i })))('line $line prints what is shown', ({ shown, i }) => {
  expect(differences(shown ?? '', printed[i] ?? 'nothing was pasted')).toEqual([])
})

describe('a page is compared with what is printed', () => {
  test.each([
    ['HTTP/1.1 201 Created', 'HTTP/1.1 201 Created'],
    ['{ "id": "con_…" }', '{ "id": "con_01MG0" }'],
    ['{ "at": "2027-03-01T09:00:00.000Z" }', '{ "at": "2026-11-22T17:01:59.123Z" }'],
    ['{ "id": 1, … }', '{ "id": 1, "more": { "deep": true } }'],
    ['{ "found": [{ "id": 1 }, …] }', '{ "found": [{ "id": 1 }, { "id": 2 }] }'],
    ['{ "found": [{ "id": 1 }, …] }', '{\n  "found": [\n    { "id": 1 }\n  ]\n}'],
    ['{ "text": "a {…} of [ and “…”" }', '{ "text": "a {pair} of [ and “quotes”" }'],
    ['{}\na line', '{}\n\na line\n'],
  ])('%s is as shown', (shown, printed) => {
    expect(differences(shown, printed)).toEqual([])
  })

  test.each([
    ['HTTP/1.1 201 Created', 'HTTP/1.1 200 OK'],
    ['etag: "1"', 'etag: "2"'],
    ['{ "id": "con_…" }', '{ "id": "cus_01MG0" }'],
    ['{ "id": "con_…" }', '{ "id": "con_" }'],
    ['{ "at": "2027-03-01T09:00:00.000Z" }', '{ "at": "2027-03-01" }'],
    ['{ "id": 1 }', '{ "id": 1, "more": 2 }'],
    ['{ "id": 1, … }', '{ "more": 2 }'],
    ['{ "id": 1 }', '{ "id": "1" }'],
    ['{ "current": { "a": 1, … } }', '{ "current": [1] }'],
    ['{ "found": [1] }', '{ "found": [1, 2] }'],
    ['{ "found": [1, 2, …] }', '{ "found": [1] }'],
    ['{ "found": [1, …] }', '{ "found": [2, 1] }'],
    ['{ "id": 1 }', 'curl: (7) Failed to connect'],
    ['{ "id": 1 }', '{ "id": 1 }\nnode: not found'],
    ['', 'key: unbound variable'],
  ])('%s is shown, which %s is not', (shown, printed) => {
    expect(differences(shown, printed)).not.toEqual([])
  })
})
