/** What the cells of a column are, so that they sort and filter as people expect. Pure. */

export type ColumnType = 'empty' | 'logical' | 'whole' | 'number' | 'date' | 'text'

/** What a cell may be, as bits: a column is what all its cells may be. */
export const Kind = { Logical: 1, Whole: 2, Number: 4, Date: 8 } as const
export const ANYTHING = Kind.Logical | Kind.Whole | Kind.Number | Kind.Date
const NOTHING_BUT_TEXT = 0

export function typeOf(kinds: number, seen: boolean): ColumnType {
  if (!seen) return 'empty'
  if (kinds & Kind.Logical) return 'logical'
  if (kinds & Kind.Whole) return 'whole'
  if (kinds & Kind.Number) return 'number'
  return kinds & Kind.Date ? 'date' : 'text'
}

export const isNumeric = (type: ColumnType): boolean => type === 'whole' || type === 'number'

const digit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39
const letter = (byte: number | undefined): number => (byte ?? 0) | 0x20
const spells = (bytes: Uint8Array, start: number, end: number, word: string): boolean =>
  end - start === word.length &&
  [...word].every((sign, at) => letter(bytes[start + at]) === sign.charCodeAt(0))

/** The kinds that the bytes of a cell may be; the cell is not empty. */
export function kindsOf(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]
  if (digit(first) || first === 0x2d || first === 0x2b || first === 0x2e)
    return numberKinds(bytes, start, end) || dateKind(bytes, start, end)
  if (spells(bytes, start, end, 'true') || spells(bytes, start, end, 'false')) return Kind.Logical
  return spells(bytes, start, end, 'nan') ? Kind.Number : NOTHING_BUT_TEXT
}

function numberKinds(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  const digits = (): number => {
    const from = at
    while (at < end && digit(bytes[at])) at++
    return at - from
  }
  if (bytes[at] === 0x2d || bytes[at] === 0x2b) at++
  const before = digits()
  if (at === end) return before ? Kind.Whole | Kind.Number : NOTHING_BUT_TEXT
  let after = 0
  if (bytes[at] === 0x2e) {
    at++
    after = digits()
  }
  if (!before && !after) return NOTHING_BUT_TEXT
  if (at < end && letter(bytes[at]) === 0x65) {
    at++
    if (bytes[at] === 0x2d || bytes[at] === 0x2b) at++
    if (!digits()) return NOTHING_BUT_TEXT
  }
  return at === end ? Kind.Number : NOTHING_BUT_TEXT
}

const DATE = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
const DATE_LENGTHS = { least: 10, most: 35 }

function dateKind(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < DATE_LENGTHS.least || length > DATE_LENGTHS.most || bytes[start + 4] !== 0x2d) return 0
  const text = String.fromCharCode(...bytes.subarray(start, end))
  return DATE.test(text) && !Number.isNaN(momentOf(text)) ? Kind.Date : NOTHING_BUT_TEXT
}

/** A date as milliseconds; without a zone it is taken as UTC, which orders as written. */
export function momentOf(text: string): number {
  const [day = '', time = ''] = text.trim().split(/[ T]/)
  if (!time) return Date.parse(day)
  return Date.parse(`${day}T${time.replace(',', '.')}${/(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? '' : 'Z'}`)
}

/** What a cell sorts and compares by; NaN if it is empty or not of the type. */
export function valueOf(text: string, type: ColumnType): number {
  if (text === '') return NaN
  if (type === 'logical') return Number(text.toLowerCase() === 'true')
  return type === 'date' ? momentOf(text) : Number(text)
}
