/** Where rows and cells of a table begin and end, in UTF-8 bytes, as Python's csv module sees it. Pure. */

export interface Shape {
  /** The byte between cells; null if a line is one cell, as in a text. */
  separator: number | null
  /** Whether a cell in quotes may hold separators and line ends. */
  quoted: boolean
}

export const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** Where in a cell the scanner is. */
const At = { Start: 0, Cell: 1, Quoted: 2, QuoteInQuoted: 3 } as const

export interface Sink {
  /** A cell ended: its bytes with quotes, and its number in the row. */
  cell(start: number, end: number, column: number): void
  /** A row ended; of a table those without a byte are left out. */
  row(start: number, end: number): void
}

/** Remembers where it stopped, so that a table can come in pieces, broken at any byte. */
export class Scanner {
  private at: number = At.Start
  private position = 0
  private rowStart = 0
  private cellStart = 0
  private column = 0
  private readonly shape: Shape
  private readonly sink: Sink

  constructor(shape: Shape, sink: Sink) {
    this.shape = shape
    this.sink = sink
  }

  /** Looks at `bytes` from where it stopped to `end`; they are the whole table so far, not the new piece. */
  scan(bytes: Uint8Array, end: number): void {
    const separator = this.shape.separator ?? -1
    const quote = this.shape.quoted ? QUOTE : -1
    let { at, position } = this
    for (; position < end; position++) {
      const byte = bytes[position]
      if (at === At.Quoted) {
        if (byte === quote) at = At.QuoteInQuoted
      } else if (byte === separator) {
        this.sink.cell(this.cellStart, position, this.column++)
        this.cellStart = position + 1
        at = At.Start
      } else if (byte === LF || byte === CR) {
        if (byte === LF && position === this.rowStart && bytes[position - 1] === CR)
          this.rowStart = this.cellStart = position + 1
        else this.endRow(position, this.shape.separator === null)
        at = At.Start
      } else if (byte === quote && at !== At.Cell) {
        at = At.Quoted // opens a cell, or is the second of a doubled quote
      } else at = At.Cell
    }
    this.at = at
    this.position = position
  }

  /** The table ends here; a last row without a line end counts. */
  finish(): void {
    this.endRow(this.position, false)
    this.at = At.Start
  }

  private endRow(position: number, blank: boolean): void {
    if (blank || position > this.rowStart) {
      this.sink.cell(this.cellStart, position, this.column)
      this.sink.row(this.rowStart, position)
    }
    this.rowStart = this.cellStart = position + 1
    this.column = 0
  }
}

/** The text of a cell: quotes around it go, doubled ones become one, what follows the closing one stays. */
export function unquoted(raw: string): string {
  if (!raw.startsWith('"')) return raw
  let text = ''
  for (let at = 1; at < raw.length;) {
    const quote = raw.indexOf('"', at)
    if (quote < 0) return text + raw.slice(at)
    text += raw.slice(at, quote)
    if (raw[quote + 1] !== '"') return text + raw.slice(quote + 1)
    text += '"'
    at = quote + 2
  }
  return text
}

const CANDIDATES = [',', ';', '\t', '|']

/** The separator that splits the first rows most evenly into the most cells; a comma if none splits them. */
export function guessSeparator(bytes: Uint8Array): number {
  let best = { separator: 0x2c, score: 0 }
  for (const sign of CANDIDATES) {
    const separator = sign.charCodeAt(0)
    const widths: number[] = []
    let width = 0
    const scanner = new Scanner(
      { separator, quoted: true },
      { cell: (_start, _end, column) => (width = column + 1), row: () => widths.push(width) },
    )
    scanner.scan(bytes, bytes.length)
    if (!widths.length) scanner.finish()
    const rows = widths.slice(0, 50)
    const usual = rows.toSorted((a, b) => a - b)[rows.length >> 1] ?? 1
    const alike = rows.filter((one) => one === usual).length / Math.max(1, rows.length)
    const score = usual > 1 ? alike * Math.log2(usual + 1) : 0
    if (score > best.score) best = { separator, score }
  }
  return best.separator
}
