/** Values of Excel cells as text: numbers, dates by their format, texts. Pure. */

const DATE_FORMATS = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47])
/** East Asian dates. */
const inDateRange = (id: number): boolean => (id >= 27 && id <= 36) || (id >= 50 && id <= 58)

/** Whether numbers in this format are dates; `code` is that of a format of the workbook's own. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return DATE_FORMATS.has(id) || inDateRange(id)
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  return !/general/i.test(bare) && /[ymdhs]/i.test(bare)
}

const DAY = 86_400_000
const EPOCH_1904 = Date.UTC(1904, 0, 1)
/** The day before day 1, after the 29 February 1900 that Excel believes in. */
const EPOCH_1900 = Date.UTC(1899, 11, 30)

/** A day number as ISO text: a date, a time, or both. */
export function dateText(serial: number, since1904: boolean): string {
  const days = since1904 || serial >= 60 ? serial : serial + 1
  const moment = new Date((since1904 ? EPOCH_1904 : EPOCH_1900) + Math.round(days * DAY))
  if (Number.isNaN(moment.getTime())) return String(serial)
  const iso = moment.toISOString()
  const time = iso.slice(11, 19)
  if (serial < 1 && serial >= 0) return time
  return time === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`
}

/** `BC12` as [row, column], from 0. */
export function placeOf(reference: string): [number, number] | null {
  const found = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(reference)
  if (!found) return null
  const column = [...(found[1] ?? '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return [Number(found[2]) - 1, column - 1]
}

const SPECIAL = /[",\r\n]/

/** One row as a line of CSV; a row without any text is kept as one empty cell. */
export function csvLine(cells: readonly (string | undefined)[]): string {
  const line = Array.from(cells, (cell = '') =>
    SPECIAL.test(cell) || cell.startsWith('"') ? `"${cell.replaceAll('"', '""')}"` : cell,
  ).join(',')
  return `${line || '""'}\n`
}
