/** Sorting and filtering rows of a table, in steps that let other work in between. Pure but for time. */
import type { Table } from './table'
import { isNumeric, valueOf, type ColumnType } from './types'

export interface Sorting {
  column: number
  descending: boolean
}
/** What a cell of the column must be, as a person typed it: `ash`, `=Ashby`, `>= 5`, `2..3`. */
export interface Condition {
  column: number
  text: string
}
export interface Arrangement {
  named: boolean
  sorting: Sorting | null
  conditions: readonly Condition[]
}

/** Returns false if the work is not wanted any more. */
export type Pause = () => Promise<boolean>
const STEP = 20_000
const COLLATED = 50_000

type Test = (cell: string) => boolean
const COMPARED = /^(<=|>=|<|>|=)\s*(.+)$/
const RANGE = /^(\S+)\s*\.\.\s*(\S+)$/

export function testOf(text: string, type: ColumnType): Test {
  const wish = text.trim()
  const compared = COMPARED.exec(wish)
  const ordered = isNumeric(type) || type === 'date'
  const range = ordered ? RANGE.exec(wish) : null
  if (range) {
    const [least, most] = [valueOf(range[1] ?? '', type), valueOf(range[2] ?? '', type)]
    return (cell) => valueOf(cell, type) >= least && valueOf(cell, type) <= most
  }
  if (compared && ordered) {
    const [, sign, bound = ''] = compared
    const value = valueOf(bound, type)
    if (!Number.isNaN(value)) {
      if (sign === '<') return (cell) => valueOf(cell, type) < value
      if (sign === '>') return (cell) => valueOf(cell, type) > value
      if (sign === '<=') return (cell) => valueOf(cell, type) <= value
      if (sign === '>=') return (cell) => valueOf(cell, type) >= value
      return (cell) => valueOf(cell, type) === value
    }
  }
  if (compared?.[1] === '=') return (cell) => cell === compared[2]
  const part = wish.toLowerCase()
  return (cell) => cell.toLowerCase().includes(part)
}

/** The numbers of the rows in the order asked for; null if it was given up. */
export async function arranged(
  table: Table,
  { named, sorting, conditions }: Arrangement,
  pause: Pause,
): Promise<Uint32Array | null> {
  const types = table.types(named)
  const tests = conditions
    .filter(({ text }) => text.trim() !== '')
    .map(({ column, text }) => ({ column, test: testOf(text, types[column] ?? 'text') }))
  const first = Number(named)
  const kept = new Uint32Array(Math.max(0, table.rows.length - first))
  let count = 0
  for (let row = first; row < table.rows.length; row++) {
    if (tests.every(({ column, test }) => test(table.cell(row, column)))) kept[count++] = row
    if (row % STEP === 0 && !(await pause())) return null
  }
  const rows = kept.subarray(0, count)
  if (!sorting) return rows
  const keys = await keysOf(table, rows, sorting.column, types[sorting.column] ?? 'text', pause)
  return keys && sorted(rows, keys, sorting.descending)
}

/** What each row sorts by, by the row's number; NaN is empty and comes last either way. */
async function keysOf(
  table: Table,
  rows: Uint32Array,
  column: number,
  type: ColumnType,
  pause: Pause,
): Promise<Float64Array | null> {
  const keys = new Float64Array(table.rows.length).fill(NaN)
  const numbers = new Map<string, number>()
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    const cell = table.cell(row, column)
    if (type !== 'text') keys[row] = valueOf(cell, type)
    else if (cell !== '') {
      let number = numbers.get(cell)
      if (number === undefined) numbers.set(cell, (number = numbers.size))
      keys[row] = number
    }
    if (at % STEP === 0 && !(await pause())) return null
  }
  if (type === 'text') rank(keys, rows, numbers)
  return keys
}

/** Replaces the numbers of words by their places in the alphabet; a language's order where there are not too many. */
function rank(keys: Float64Array, rows: Uint32Array, numbers: Map<string, number>): void {
  const words = [...numbers.keys()]
  if (words.length <= COLLATED) words.sort(new Intl.Collator(undefined, { numeric: true }).compare)
  else words.sort()
  const places = new Uint32Array(words.length)
  words.forEach((word, place) => (places[numbers.get(word)!] = place))
  for (const row of rows) if (!Number.isNaN(keys[row]!)) keys[row] = places[keys[row]!]!
}

function sorted(rows: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1
  return rows.slice().sort((a, b) => {
    const [one, other] = [keys[a]!, keys[b]!]
    if (one === other) return a - b
    if (Number.isNaN(one)) return Number.isNaN(other) ? a - b : 1
    return Number.isNaN(other) ? -1 : sign * (one - other)
  })
}
