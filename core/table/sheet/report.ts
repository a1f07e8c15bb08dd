import type { Problem, Source } from '../../source/source.ts'
import { cellProblem, type Cell, type Sheet } from './sheet.ts'
import type { TableInput as Table } from '../schema.ts'

export type Path = readonly (string | number)[]

/** What was found while a sheet is read: problems, and the cell of every part of the table. */
export class SheetReport {
  readonly problems: Problem[] = []
  readonly #sheet: Sheet
  readonly #places = new Map<string, Cell>()

  constructor(sheet: Sheet) {
    this.#sheet = sheet
  }

  refuse(cell: Cell, message: string, hint?: string): void {
    this.problems.push(cellProblem(this.#sheet.file, cell, message, hint))
  }

  /** Does what may throw SyntaxError about a cell. */
  attempt<T>(cell: Cell, read: () => T): T | undefined {
    if (cell.fault) return undefined
    try {
      return read()
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error
      this.refuse(cell, error.message)
      return undefined
    }
  }

  place(path: Path, cell: Cell): void {
    this.#places.set(JSON.stringify(path.map(String)), cell)
  }

  /** The cell of a part of the table. */
  placeOf(path: Path): Cell | undefined {
    return this.#places.get(JSON.stringify(path.map(String)))
  }

  /** The object in JSON of a cell; refuses it otherwise, and gives an empty one. */
  json(cell: Cell): Record<string, unknown> {
    const value = this.attempt(cell, () => JSON.parse(cell.text) as unknown)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
    if (value !== undefined) this.refuse(cell, 'this is no object in JSON, such as { "least": 0 }')
    return {}
  }

  /** The table as a source whose places are the sheet's cells. */
  source(value: Table): Source {
    const cellAt = (path: Path): Cell | undefined => {
      for (let length = path.length; length > 0; length--) {
        const cell = this.placeOf(path.slice(0, length))
        if (cell) return cell
      }
      return undefined
    }
    return {
      file: this.#sheet.file,
      text: this.#sheet.text,
      value,
      locate(path) {
        const { line = 1, column = 1 } = cellAt(path) ?? {}
        return { file: this.file, line, column }
      },
      slice: (path) => this.placeOf(path)?.text,
    }
  }
}

export const isEmpty = (cell: Cell): boolean => cell.text.trim() === '' && cell.fault === undefined
