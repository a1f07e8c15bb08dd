/*
 * What the worksheets of a workbook share: their list, texts and styles.
 */

import { posix } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { unescape, walk } from './xml.ts'

/** Parts of a workbook are XML that is a tenth when packed: a file of more than this is no table. */
const mostBytes = 50_000_000

interface Style {
  kind?: 'percent' | 'date'
}

export interface Book {
  sheets: { name: string; part: string; hidden: boolean }[]
  texts: string[]
  styles: Style[]
  /** days are counted from 1904, not from 1900 */
  from1904: boolean
  read(part: string): string | undefined
}

/** Unpacks a workbook. Throws SyntaxError when the file is none. */
export function openBook(bytes: Uint8Array, file: string): Book {
  let size = 0
  let parts: Record<string, Uint8Array>
  try {
    parts = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/\.(xml|rels)$/i.test(name) || !/^(xl\/|_rels\/)/i.test(name)) return false
        size += originalSize
        if (size > mostBytes) throw new SyntaxError('too large')
        return true
      },
    })
  } catch (error) {
    throw new SyntaxError(
      error instanceof SyntaxError
        ? `${file} is more than ${mostBytes / 1_000_000} MB unpacked, which no table is`
        : `${file} is no workbook, or damaged: save it as .xlsx or as CSV UTF-8`,
      { cause: error },
    )
  }
  const read = (part: string): string | undefined => parts[part] && strFromU8(parts[part])
  const workbook = read('xl/workbook.xml')
  if (workbook === undefined)
    throw new SyntaxError(`${file} is no workbook of this kind: save it as .xlsx or as CSV UTF-8`)
  const targets = new Map<string, string>()
  walk(read('xl/_rels/workbook.xml.rels') ?? '', file, {
    open: (tag, attributes) => {
      const { Id: id, Target: target } = attributes
      if (tag === 'Relationship' && id !== undefined && target !== undefined)
        targets.set(id, posix.join('/xl', target.startsWith('/') ? `..${target}` : target).slice(1))
    },
  })
  const sheets: Book['sheets'] = []
  let from1904 = false
  walk(workbook, file, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      if (tag !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1]
      const part = targets.get(id ?? '')
      if (part !== undefined && /worksheets\//.test(part))
        sheets.push({
          name: attributes.name ?? '',
          part,
          hidden: (attributes.state ?? 'visible') !== 'visible',
        })
    },
  })
  return {
    sheets,
    texts: readTexts(read, file),
    styles: readStyles(read('xl/styles.xml') ?? '', file),
    from1904,
    read,
  }
}

function readTexts(read: Book['read'], file: string): string[] {
  const texts: string[] = []
  let current = ''
  let inText = false
  let phonetic = false
  walk(read('xl/sharedStrings.xml') ?? '', file, {
    open(tag) {
      if (tag === 'si') current = ''
      inText = tag === 't'
      if (tag === 'rPh') phonetic = true
    },
    close(tag) {
      if (tag === 'si') texts.push(unescape(current))
      if (tag === 't') inText = false
      if (tag === 'rPh') phonetic = false
    },
    text(value) {
      if (inText && !phonetic) current += value
    },
  })
  return texts
}

function readStyles(xml: string, file: string): Style[] {
  const formats = new Map<number, string>()
  const styles: Style[] = []
  let inCells = false
  walk(xml, file, {
    open(tag, attributes) {
      if (tag === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (tag === 'cellXfs') inCells = true
      if (tag === 'xf' && inCells) styles.push(styleOf(Number(attributes.numFmtId ?? 0), formats))
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false
    },
  })
  return styles
}

function styleOf(id: number, formats: ReadonlyMap<number, string>): Style {
  const code = formats.get(id)
  if (code === undefined) return builtInStyle(id)
  // Quoted words, escaped signs, colours and conditions are no format.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]/gi, '')
  if (bare.includes('%')) return { kind: 'percent' }
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare) ? { kind: 'date' } : {}
}

/** The formats that ECMA-376 numbers (18.8.30), besides those that a workbook defines. */
function builtInStyle(id: number): Style {
  if (id === 9 || id === 10) return { kind: 'percent' }
  const isDate = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58)
  return isDate ? { kind: 'date' } : {}
}
