/** A table of any size in little memory: its bytes, where each row begins, what each column is. Cells are read when asked for. Pure. */
import { Numbers } from './numbers'
import { Scanner, unquoted, type Shape } from './scan'
import { ANYTHING, kindsOf, typeOf, type ColumnType } from './types'

export const LIMITS = { bytes: 128 << 20, rows: 5_000_000, columns: 1_000 }

export type Cut = 'bytes' | 'rows' | null

export class Table {
  readonly rows = new Numbers()
  width = 0
  /** Some row has more columns than are kept. */
  tooWide = false
  cut: Cut = null
  private bytes: Uint8Array
  private length = 0
  /** Where the last whole row ends. */
  private end = 0
  private readonly scanner: Scanner
  private readonly kinds: number[] = []
  private readonly seen: boolean[] = []
  private readonly firstKinds: number[] = []

  /** `expected` bytes are reserved at once. */
  constructor(
    private readonly shape: Shape,
    expected = 1 << 16,
    private readonly limits = LIMITS,
  ) {
    this.bytes = new Uint8Array(Math.min(expected, limits.bytes))
    this.scanner = new Scanner(shape, {
      cell: (start, end, column) => this.cellEnded(start, end, column),
      row: (start, end) => this.rowEnded(start, end),
    })
  }

  get full(): boolean {
    return this.cut !== null
  }

  append(piece: Uint8Array): void {
    if (this.full) return
    const room = this.limits.bytes - this.length
    if (piece.length > room) this.cut = 'bytes'
    const taken = piece.subarray(0, room)
    this.reserve(this.length + taken.length)
    this.bytes.set(taken, this.length)
    this.length += taken.length
    this.scanner.scan(this.bytes, this.length)
  }

  finish(): void {
    if (!this.full) this.scanner.finish()
  }

  /** The columns' types; the first row counts unless it holds their names. */
  types(named: boolean): ColumnType[] {
    return Array.from({ length: this.width }, (_, column) => {
      const first = named ? undefined : this.firstKinds[column]
      const kinds = (this.kinds[column] ?? ANYTHING) & (first ?? ANYTHING)
      return typeOf(kinds, (this.seen[column] ?? false) || first !== undefined)
    })
  }

  /** Whether the first row looks like names: nothing in it but text, all of it different. */
  get looksNamed(): boolean {
    if (this.rows.length === 0 || this.shape.separator === null) return false
    const names = this.row(0)
    return (
      names.every((name, column) => (name.trim() || column === 0) && !this.firstKinds[column]) &&
      new Set(names).size === names.length
    )
  }

  row(index: number): string[] {
    const cells: string[] = []
    this.eachCell(index, (start, end, column) => {
      if (column < this.limits.columns) cells.push(this.text(start, end))
    })
    return cells
  }

  cell(index: number, wanted: number): string {
    let text = ''
    this.eachCell(index, (start, end, column) => {
      if (column === wanted) text = this.text(start, end)
    })
    return text
  }

  private eachCell(index: number, visit: (start: number, end: number, column: number) => void): void {
    const start = this.rows.at(index)
    const next = index + 1 < this.rows.length ? this.rows.at(index + 1) : this.end
    const scanner = new Scanner(this.shape, {
      cell: (from, to, column) => visit(start + from, start + to, column),
      row: () => undefined,
    })
    const bytes = this.bytes.subarray(start, next)
    scanner.scan(bytes, bytes.length)
    scanner.finish()
  }

  private text(start: number, end: number): string {
    const raw = decode(this.bytes, start, end)
    return this.shape.quoted ? unquoted(raw) : raw
  }

  private cellEnded(start: number, end: number, column: number): void {
    if (column >= this.limits.columns) {
      this.tooWide = true
      return
    }
    if (column >= this.width) this.width = column + 1
    if (end === start || this.shape.separator === null) return
    if (this.rows.length === 0) this.firstKinds[column] = this.kindsAt(start, end)
    else {
      this.seen[column] = true
      const kinds = this.kinds[column] ?? ANYTHING
      if (kinds) this.kinds[column] = kinds & this.kindsAt(start, end)
    }
  }

  private kindsAt(start: number, end: number): number {
    const quotes = this.shape.quoted && this.bytes[start] === 0x22 && this.bytes[end - 1] === 0x22 ? 1 : 0
    return kindsOf(this.bytes, start + quotes, end - quotes)
  }

  private rowEnded(start: number, end: number): void {
    if (this.rows.length < this.limits.rows) {
      this.rows.push(start)
      this.end = end
    } else this.cut = 'rows'
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return
    const larger = new Uint8Array(Math.min(this.limits.bytes, Math.max(length, this.bytes.length * 2)))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const SHORT = 24

/** Short cells of plain letters are many, and a call of the decoder is dear. */
function decode(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return decoder.decode(bytes.subarray(start, end))
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte > 0x7f) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(byte)
  }
  return text
}
