import { writeFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { readCsv, writeCsv } from '#core/table/sheet/csv.ts'
import type { Sheet } from '#core/table/sheet/sheet.ts'
import { readSheet } from '#core/table/sheet/read.ts'
import { writeSheet } from '#core/table/sheet/write.ts'
import { parseTable } from '#core/table/definition.ts'
import { tableSchema, type TableInput } from '#core/table/schema.ts'
import { readSource } from '#core/source/read-source.ts'
import { SourceError } from '#core/source/source.ts'
import { findFacts } from '#infra/found.ts'
import { readBytes, readYaml, ruleFile } from '../file.ts'
import { printProblems } from '../problem.ts'
import { decodeSheet } from './encoding.ts'
import { UsageError, type Options, type Terminal } from '../terminal.ts'
import { writeTableYaml } from '../table-yaml.ts'
import { readWorkbook, writeWorkbook } from './workbook.ts'

/** `holdfast rules import`: a sheet becomes a table file. Nothing is written when a cell cannot be read. */
export async function importSheet(
  names: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const [file] = names
  if (file === undefined) throw new UsageError('rules import needs a sheet')
  const name =
    basename(file, extname(file))
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[-0-9]+|-$/g, '') || 'table'
  const vocabulary = await findFacts()
  let shown = ''
  let table: TableInput
  try {
    const sheet = openSheet(file, options, terminal)
    shown = sheet.text
    const source = readSheet(sheet, name, { vocabulary, usual: 'lead' })
    // What is written must be a table: refused here, with its cell, rather than at the next check.
    parseTable(source, vocabulary)
    table = source.value as TableInput
    for (const remark of sheet.remarks) terminal.err(`${file}: ${remark}\n`)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    printProblems(error.problems, { ...terminal, out: terminal.err }, new Map([[file, shown]]))
    terminal.err(`${file} was not imported\n`)
    return 2
  }
  const text = writeTableYaml(table)
  if (options.out === undefined) {
    terminal.out(text)
    return 0
  }
  writeFileSync(resolve(terminal.directory, options.out), text)
  terminal.out(`${options.out} written; now run: npx holdfast check ${options.out}\n`)
  return 0
}

/** By what the file begins with, not by its name: a workbook is a ZIP archive. */
function openSheet(file: string, options: Options, terminal: Terminal): Sheet {
  const bytes = readBytes(terminal.directory, file)
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readWorkbook(bytes, file, options.sheet)
  if (options.sheet !== undefined) throw new UsageError('--sheet names a worksheet of a workbook')
  return readCsv(decodeSheet(bytes, file, options.encoding), file)
}

/** `holdfast rules export`: a table file becomes a sheet. */
export async function exportSheet(
  names: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const [name] = names
  if (name === undefined) throw new UsageError('rules export needs a rule')
  const source = readYaml(terminal.directory, ruleFile(terminal.directory, name))
  const vocabulary = await findFacts()
  parseTable(source, vocabulary)
  const cells = writeSheet(readSource(source, tableSchema(vocabulary.kinds)), vocabulary)
  if (options.out === undefined) {
    terminal.out(writeCsv(cells))
    return 0
  }
  const path = resolve(terminal.directory, options.out)
  if (extname(options.out).toLowerCase() === '.xlsx') await writeWorkbook(path, cells)
  // The mark makes spreadsheets read it as UTF-8.
  else writeFileSync(path, `\uFEFF${writeCsv(cells)}`)
  terminal.out(`${options.out} written\n`)
  return 0
}
