import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileTypes, safeName, typeFault, type FileType } from './file-type.ts'

const types = Object.keys(fileTypes) as FileType[]
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each<[string, FileType, [head: Uint8Array, recognised: string | undefined], string | undefined]>([
  ['a document', 'application/pdf', [bytesOf('%PDF-1.7'), 'application/pdf'], undefined],
  [
    'a page as a document',
    'application/pdf',
    [bytesOf('<html>'), undefined],
    'its bytes are text, not application/pdf',
  ],
  [
    'a program as a picture',
    'image/png',
    [bytesOf('MZ\0'), 'application/x-msdownload'],
    'application/x-msdownload, not image/png',
  ],
  [
    'noise as a picture',
    'image/png',
    [new Uint8Array([0, 1]), undefined],
    'nothing that is known, not image/png',
  ],
  ['nothing as a picture', 'image/png', [new Uint8Array(), undefined], 'it is empty'],
  ['nothing as text', 'text/plain', [new Uint8Array(), undefined], undefined],
  ['text', 'text/csv', [bytesOf('імʼя;місто'), undefined], undefined],
  [
    'text of two bytes a character',
    'text/csv',
    [new Uint8Array([0xff, 0xfe, 0x41, 0]), undefined],
    undefined,
  ],
  [
    'noise as text',
    'text/plain',
    [new Uint8Array([65, 0]), undefined],
    'its bytes are nothing that is known',
  ],
  [
    'a picture as text',
    'text/plain',
    [new Uint8Array([0x47, 0x49, 0x46, 1, 0]), 'image/gif'],
    'its bytes are image/gif',
  ],
  ['a table that begins as a picture does', 'text/csv', [bytesOf('BMW;Audi\r\n1;2'), 'image/bmp'], undefined],
  [
    'text of two bytes that begins as a recording does',
    'text/plain',
    [new Uint8Array([0xff, 0xfe, 0x1f, 4]), 'audio/mpeg'],
    undefined,
  ],
  [
    'text in windows-1251',
    'text/csv',
    [new Uint8Array([0xb3, 0xec, 0x27, 0xff, 0x3b]), undefined],
    undefined,
  ],
  [
    'a document of which the beginning shows only its container',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    [bytesOf('PK'), 'application/zip'],
    undefined,
  ],
])('%s', (_, type, [head, recognised], fault) => {
  const told = typeFault(type, { head, recognised })
  if (fault === undefined) expect(told).toBeUndefined()
  else expect(told).toContain(fault)
})

test('whatever a file is called, it is kept under an extension of its type, and a name that has one stays', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom(...types), (name, type) => {
      const { extensions } = fileTypes[type]
      const safe = safeName(name, type)
      expect(extensions.some((each) => safe.toLowerCase().endsWith(`.${each}`))).toBe(true)
      expect(safe.startsWith(name)).toBe(true)
      expect(safeName(safe, type)).toBe(safe)
    }),
  )
  expect(safeName('Scan.JPEG', 'image/jpeg')).toBe('Scan.JPEG')
  expect(safeName('invoice.pdf.exe', 'application/pdf')).toBe('invoice.pdf.exe.pdf')
  expect(safeName('page.html', 'text/plain')).toBe('page.html.txt')
  expect(safeName('pdf', 'application/pdf')).toBe('pdf.pdf')
})

test('no type is one that a browser runs', () => {
  expect(types.filter((type) => /html|svg|xml$|javascript|flash/.test(type))).toEqual([])
})
