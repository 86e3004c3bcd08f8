/** Reads one file into a table while answering what the page wants to see of it. Runs in a worker. */
import { FileChangedError, FileTooLargeError, type RemoteFile } from '@/protocol/parts'
import { RefusedError } from '@/protocol/errors'
import { guessEncoding, toUtf8, type Encoding } from '../encoding'
import { csvOf, openWorkbook, NotWorkbookError, WORKBOOK_BYTES, type Workbook } from '../sheet/workbook'
import { arranged, type Arrangement } from './arrange'
import type { Answer, Ask, Column, Content, Refusal, Summary, Window } from './messages'
import { guessSeparator } from './scan'
import { Table } from './table'

/** The first piece is small, so that the first rows show at once. */
const FIRST_PIECE = 256 << 10
const PIECE = 4 << 20
const SLICE = 1 << 20
const TRIES = 3
const SAMPLE = 200
export const SHOWN_IN_CELL = 300
export const SHOWN_WHOLE = 20_000

export class BinaryFileError extends Error {}

type Opened = Extract<Ask, { type: 'open' }>

export class TableReader {
  private table = new Table({ separator: 0x2c, quoted: true })
  private file: RemoteFile | null = null
  private opened: Opened | null = null
  private arrangement: Arrangement = { named: false, sorting: null, conditions: [] }
  private chosen = false
  private order: Uint32Array | null = null
  private reading = 0
  private arranging = 0
  private edition = 0
  private busy: Summary['busy'] = null
  private complete = false
  private share = 0
  private encoding: Encoding = 'utf-8'
  private separator: string | null = null
  private sheets: string[] = []
  private columns: Column[] = []

  constructor(
    private readonly remote: (address: string) => RemoteFile,
    private readonly tell: (answer: Answer) => void,
    private readonly breathe: () => Promise<void>,
  ) {}

  async heard(ask: Ask): Promise<void> {
    if (ask.type === 'open') await this.open(ask)
    else if (ask.type === 'revise') await this.revise()
    else if (ask.type === 'arrange') await this.arrange(ask.arrangement)
    else if (ask.type === 'rows') this.tell({ type: 'rows', ask: ask.ask, ...this.rows(ask.window) })
    else this.tell({ type: 'cell', ask: ask.ask, text: this.cell(ask.row, ask.column) })
  }

  private async open(opened: Opened): Promise<void> {
    if (this.opened?.content.kind !== opened.content.kind) this.chosen = false
    this.opened = opened
    await this.read()
  }

  private async revise(): Promise<void> {
    try {
      if (await this.file?.changed()) await this.read()
    } catch (error) {
      this.failed(error)
    }
  }

  private async read(): Promise<void> {
    const { opened } = this
    const reading = ++this.reading
    if (!opened) return
    for (let attempt = 1; ; attempt++) {
      try {
        const file = this.remote(opened.address)
        this.file = file
        if (opened.content.kind === 'workbook') await this.readWorkbook(file, opened.content.sheet, reading)
        else await this.readText(file, opened.content, opened.encoding, reading)
        return
      } catch (error) {
        if (reading !== this.reading) return
        if (error instanceof FileChangedError && attempt < TRIES) continue
        return this.failed(error)
      }
    }
  }

  private async readText(
    file: RemoteFile,
    content: Exclude<Content, { kind: 'workbook' }>,
    wanted: Encoding | null,
    reading: number,
  ): Promise<void> {
    const first = await file.part(0, FIRST_PIECE)
    const encoding = wanted ?? guessEncoding(first.bytes)
    if (!encoding) throw new BinaryFileError('binary')
    const convert = toUtf8(encoding)
    const start = convert(first.bytes, first.bytes.length >= first.size)
    const separator =
      content.kind === 'lines' ? null : (content.separator?.charCodeAt(0) ?? guessSeparator(start))
    const table = new Table({ separator, quoted: separator !== null }, first.size)
    table.append(start)
    if (reading !== this.reading) return
    this.encoding = encoding
    this.separator = separator === null ? null : String.fromCharCode(separator)
    this.sheets = []
    this.begin(table)
    for (let at = first.bytes.length; at < first.size && !table.full;) {
      this.progressed(at / first.size)
      const { bytes } = await file.part(at, PIECE)
      if (reading !== this.reading) return
      if (!bytes.length) throw new FileChangedError('changed')
      at += bytes.length
      for (let from = 0; from < bytes.length; from += SLICE) {
        const slice = bytes.subarray(from, from + SLICE)
        table.append(convert(slice, at >= first.size && from + SLICE >= bytes.length))
        await this.breathe()
        if (reading !== this.reading) return
      }
    }
    await this.completed(table)
  }

  private async readWorkbook(file: RemoteFile, sheet: number, reading: number): Promise<void> {
    const bytes = await file.whole(WORKBOOK_BYTES)
    const workbook: Workbook = await openWorkbook(bytes)
    const table = new Table({ separator: 0x2c, quoted: true })
    for await (const piece of csvOf(workbook, sheet)) {
      table.append(piece)
      if (table.full) break
      if (reading !== this.reading) return
    }
    this.encoding = 'utf-8'
    this.separator = null
    this.sheets = workbook.sheets.map(({ name }) => name)
    this.begin(table)
    await this.completed(table)
  }

  /** Shows the first rows of a table whose rest is still to come. */
  private begin(table: Table): void {
    this.table = table
    this.complete = false
    this.order = null
    if (!this.chosen) this.arrangement = { ...this.arrangement, named: table.looksNamed }
    this.progressed(0)
  }

  private async completed(table: Table): Promise<void> {
    table.finish()
    this.complete = true
    if (!this.chosen) this.arrangement = { ...this.arrangement, named: table.looksNamed }
    this.progressed(1)
    await this.rearrange()
  }

  private progressed(share: number): void {
    this.share = share
    this.edition++
    this.columns = this.columnsNow()
    this.summarise()
  }

  private async arrange(arrangement: Arrangement): Promise<void> {
    this.arrangement = arrangement
    this.chosen = true
    this.columns = this.columnsNow()
    await this.rearrange()
  }

  private async rearrange(): Promise<void> {
    const turn = ++this.arranging
    const { sorting, conditions } = this.arrangement
    const filtering = conditions.some(({ text }) => text.trim() !== '')
    if (sorting || filtering) {
      this.busy = sorting ? 'sorting' : 'filtering'
      this.summarise()
      const order = await arranged(this.table, this.arrangement, async () => {
        await this.breathe()
        return turn === this.arranging
      })
      if (order === null || turn !== this.arranging) return
      this.order = order
    } else this.order = null
    this.busy = null
    this.edition++
    this.summarise()
  }

  private rows({ from, to, first, last }: Window): { cells: string[][]; numbers: number[] } {
    const cells: string[][] = []
    const numbers: number[] = []
    for (let at = from; at < Math.min(to, this.count); at++) {
      const row = this.rowAt(at)
      const shown = this.table.row(row).slice(first, last)
      cells.push(shown.map((cell) => cell.slice(0, SHOWN_IN_CELL)))
      numbers.push(row + 1 - Number(this.arrangement.named))
    }
    return { cells, numbers }
  }

  private cell(at: number, column: number): string {
    return at < this.count ? this.table.cell(this.rowAt(at), column).slice(0, SHOWN_WHOLE) : ''
  }

  private rowAt(at: number): number {
    return this.order ? this.order[at]! : at + Number(this.arrangement.named)
  }

  private get available(): number {
    return Math.max(0, this.table.rows.length - Number(this.arrangement.named))
  }

  private get count(): number {
    return this.order ? this.order.length : this.available
  }

  private columnsNow(): Column[] {
    const { named } = this.arrangement
    const names = named && this.table.rows.length ? this.table.row(0) : []
    const widths = this.widths()
    return this.table.types(named).map((type, column) => ({
      name: (names[column] ?? '').slice(0, SHOWN_IN_CELL),
      type,
      width: widths[column] ?? 0,
    }))
  }

  private widths(): number[] {
    const widths: number[] = []
    for (let row = 0; row < Math.min(SAMPLE, this.table.rows.length); row++) {
      this.table.row(row).forEach((cell, column) => {
        widths[column] = Math.max(widths[column] ?? 0, cell.length)
      })
    }
    return widths
  }

  private summarise(): void {
    this.tell({
      type: 'summary',
      summary: {
        edition: this.edition,
        rows: this.count,
        read: this.available,
        columns: this.columns,
        named: this.arrangement.named,
        complete: this.complete,
        share: this.share,
        busy: this.busy,
        cut: this.table.cut,
        tooWide: this.table.tooWide,
        encoding: this.encoding,
        separator: this.separator,
        sheets: this.sheets,
      },
    })
  }

  private failed(error: unknown): void {
    this.tell({ type: 'failed', why: reasonOf(error), message: error instanceof Error ? error.message : '' })
  }
}

function reasonOf(error: unknown): Refusal {
  if (error instanceof BinaryFileError) return 'binary'
  if (error instanceof FileChangedError) return 'unsettled'
  if (error instanceof FileTooLargeError) return 'tooLarge'
  if (error instanceof NotWorkbookError) return 'notWorkbook'
  if (error instanceof RangeError) return 'outOfMemory'
  if (error instanceof RefusedError) return error.code === 'offline' ? 'offline' : 'refused'
  throw error
}
