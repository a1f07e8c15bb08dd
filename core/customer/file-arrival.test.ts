import { expect, test } from 'vitest'
import { fileKind, type FileRecord } from '../kind/customer/file.ts'
import { arrived, fileOfObject, keepsBytes, objectKey } from './file-arrival.ts'

const now = Date.parse('2027-03-01T09:00:00.000Z')
const file = fileKind.schema.parse({
  tenant: 'main',
  id: 'file_1',
  version: 1,
  createdAt: '2027-03-01T08:00:00.000Z',
  updatedAt: '2027-03-01T08:00:00.000Z',
  updatedBy: 'anna',
  status: 'attached',
  aboutId: 'cus_1',
  name: 'Offer.pdf',
  type: 'application/pdf',
  size: 8,
  sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
})
const pdf = { size: 8, head: new TextEncoder().encode('%PDF-1.7'), recognised: 'application/pdf' }

test('a file whose bytes are what it says is stored, by Holdfast itself', () => {
  const stored = arrived(file, pdf, now)
  expect(stored).toEqual({
    ...file,
    version: 2,
    storedAt: '2027-03-01T09:00:00.000Z',
    updatedAt: stored.storedAt,
    updatedBy: undefined,
  })
  expect(keepsBytes(stored)).toBe(true)
})

test('one whose bytes are something else is refused with the reason, and its bytes are not kept', () => {
  const page = arrived(file, { ...pdf, recognised: undefined }, now)
  expect(page).toMatchObject({
    refusedAt: '2027-03-01T09:00:00.000Z',
    refusal: 'its bytes are text, not application/pdf',
  })
  expect(page.storedAt).toBeUndefined()
  expect(keepsBytes(page)).toBe(false)
  expect(arrived(file, { ...pdf, size: 9 }, now).refusal).toBe('it has 9 bytes, not 8')
})

test('what was judged or removed stays as it is, however often its bytes are told of', () => {
  const stored = arrived(file, pdf, now)
  expect(arrived(stored, { ...pdf, recognised: undefined }, now + 1)).toBe(stored)
  const removed: FileRecord = { ...file, status: 'removed' }
  expect(arrived(removed, pdf, now)).toBe(removed)
  expect(keepsBytes(removed)).toBe(false)
  expect(keepsBytes({ ...stored, status: 'removed' })).toBe(false)
})

test('an object is that of the file whose key it has; other keys are of no file', () => {
  expect(fileOfObject(objectKey(file))).toEqual({ tenant: 'main', id: 'file_1' })
  for (const key of ['', 'main', 'main/cus_1', '/file_1', 'main/file_1/x', 'failed/2027/03/01/x.json'])
    expect(fileOfObject(key)).toBeUndefined()
})
