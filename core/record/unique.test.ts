import { expect, test } from 'vitest'
import { canExist } from './key.ts'
import { claimed, claimWrites } from './unique.ts'

const firm = { name: 'firm', unique: ['taxNo'] }
const record = (taxNo?: string) => ({ tenant: 'test', id: 'firm_1', version: 1, taxNo })

test('writings that a person would call the same are one value', () => {
  const [key] = claimed(firm, undefined, record('DE 7')).map((claim) => claim.key.pk)
  for (const same of ['de 7', ' DE 7 ', 'ＤＥ 7'])
    expect(claimed(firm, undefined, record(same)).map((claim) => claim.key.pk)).toEqual([key])
  expect(claimed(firm, record('DE 7'), record('de 7'))).toEqual([])
})

test('every value has a key that the table can hold, or is refused: some letters grow eighteenfold', () => {
  for (const value of ['#%2523', 'x'.repeat(900), 'ﷺ'.repeat(20)])
    for (const { key } of claimed(firm, undefined, record(value))) expect(canExist(key)).toBe(true)
  for (const value of ['x'.repeat(1_001), 'ﷺ'.repeat(200)])
    expect(() => claimed(firm, undefined, record(value))).toThrow('taxNo: is too long')
})

test('a value that is given up is free again in the same transaction', () => {
  const writes = claimWrites(firm, record('A'), record('B')).map((write) => write.do)
  expect(writes).toEqual(['create', 'remove'])
  expect(claimWrites(firm, record('A'), record()).map((write) => write.do)).toEqual(['remove'])
})
