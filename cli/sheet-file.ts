import { readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { guardCell, readCell, readCsv, writeCsv } from '#core/rule/csv.ts'
import { readSheet, writeSheet } from '#core/rule/sheet.ts'
import { parseTable } from '#core/rule/table-definition.ts'
import { tableSchema } from '#core/rule/table-schema.ts'
import { readSource } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { readYaml, ruleFile } from './file.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'
import { writeTableYaml } from './table-yaml.ts'

/** `holdfast rules import`: a sheet becomes a table file. */
export async function importSheet(
  names: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const [file] = names
  if (file === undefined) throw new UsageError('rules import needs a sheet')
  const path = resolve(terminal.directory, file)
  const cells = extname(file) === '.xlsx' ? await readXlsx(path) : readCsv(readFileSync(path, 'utf8'))
  const name =
    basename(file, extname(file))
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[-0-9]+|-$/g, '') || 'table'
  const text = writeTableYaml(readSheet(cells, name))
  // What was written must be a table: refused here rather than at the next check.
  parseTable(parseYaml(options.out ?? `rules/${name}.yaml`, text))
  if (options.out === undefined) {
    terminal.out(text)
    return 0
  }
  writeFileSync(resolve(terminal.directory, options.out), text)
  terminal.out(`${options.out} written; now run: npx holdfast check ${options.out}\n`)
  return 0
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
  parseTable(source)
  const cells = writeSheet(readSource(source, tableSchema))
  if (options.out === undefined) {
    terminal.out(writeCsv(cells))
    return 0
  }
  const path = resolve(terminal.directory, options.out)
  if (extname(options.out) === '.xlsx') await writeXlsx(path, cells)
  // The mark makes spreadsheets read it as UTF-8.
  else writeFileSync(path, `\uFEFF${writeCsv(cells)}`)
  terminal.out(`${options.out} written\n`)
  return 0
}

async function readXlsx(path: string): Promise<string[][]> {
  const { readSheet: readCells } = await import('read-excel-file/node')
  const rows = await readCells(path)
  return rows.map((row) => row.map((cell) => readCell(cellText(cell))))
}

function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  return cell instanceof Date ? cell.toISOString().replace(/T00:00:00\.000Z$/, '') : ''
}

/** Every cell is written as text: a sheet that is opened runs nothing and changes no number. */
async function writeXlsx(path: string, cells: string[][]): Promise<void> {
  const { default: writeCells } = await import('write-excel-file/node')
  const width = Math.max(...cells.map((row) => row.length))
  const sheet = cells.map((row) =>
    Array.from({ length: width }, (_, column) => ({ type: String, value: guardCell(row[column] ?? '') })),
  )
  await writeCells(sheet).toFile(path)
}
