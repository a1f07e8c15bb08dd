import type { SheetReport } from './report.ts'
import type { Cell } from './sheet.ts'

/** A day or a moment. Days by dots are unmistakable, days by slashes are not. */
export function readDay(report: SheetReport, cell: Cell): string | undefined {
  const text = cell.text.trim()
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text)
  const iso = dotted ? `${dotted[3]}-${dotted[2]!.padStart(2, '0')}-${dotted[1]!.padStart(2, '0')}` : text
  const [day] = iso.split('T')
  const time = Date.parse(`${day}T00:00:00Z`)
  if (
    /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(iso) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(day!)
  )
    return iso
  if (cell.fault === undefined)
    report.refuse(
      cell,
      /^\d+(\.\d+)?$/.test(text)
        ? `${text} is how spreadsheets count days: format the cell as a date`
        : `"${text}" is no day: write 2026-12-31, or a moment as 2026-12-31T18:00:00Z`,
    )
  return undefined
}
