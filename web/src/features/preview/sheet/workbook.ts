/** Sheets of an .xlsx workbook as CSV, so that they are shown as any table. Values only: nothing is computed. */
import { csvLine, dateText, isDateFormat, placeOf } from './cells'
import { BrokenArchiveError, entriesOf, unpacked, type Entry } from './zip'
import { XmlError, XmlReader, type XmlSink } from './xml'

export const WORKBOOK_BYTES = 32 << 20
/** What one part may unpack to; the cells of a sheet are streamed, its texts are kept. */
const SHEET_BYTES = 512 << 20
const PART_BYTES = 64 << 20
const MAX_ROWS = 1 << 20
const MAX_COLUMNS = 1_000

/** The file is no workbook that can be read; the message says what it is instead. */
export class NotWorkbookError extends Error {}

export interface Workbook {
  sheets: { name: string; entry: Entry }[]
  strings: string[]
  dates: boolean[]
  since1904: boolean
}

const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0]

export async function openWorkbook(bytes: Uint8Array): Promise<Workbook> {
  if (OLD_OFFICE.every((byte, at) => bytes[at] === byte)) throw new NotWorkbookError('old')
  try {
    const entries = entriesOf(bytes)
    const path = (await related(entries, '')).find(({ type }) => type === 'officeDocument')?.target
    const main = path === undefined ? undefined : entries.get(path)
    if (path === undefined || !main) throw new NotWorkbookError('it holds no workbook')
    const relations = await related(entries, path)
    const listed: { name: string; id: string }[] = []
    let since1904 = false
    await read(main, PART_BYTES, {
      open: (name, attributes) => {
        if (name === 'sheet')
          listed.push({ name: attributes.name ?? '', id: attributes['r:id'] ?? attributes.id ?? '' })
        if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      },
    })
    const part = (type: string): Entry | undefined =>
      entries.get(relations.find((one) => one.type === type)?.target ?? '')
    return {
      sheets: listed.flatMap(({ name, id }) => {
        const relation = relations.find((one) => one.id === id && one.type === 'worksheet')
        const entry = relation && entries.get(relation.target)
        return entry ? [{ name, entry }] : []
      }),
      strings: await sharedStrings(part('sharedStrings')),
      dates: await dateStyles(part('styles')),
      since1904,
    }
  } catch (error) {
    throw explained(error)
  }
}

function explained(error: unknown): unknown {
  return error instanceof BrokenArchiveError || error instanceof XmlError
    ? new NotWorkbookError(error.message)
    : error
}

async function read(entry: Entry, limit: number, sink: Partial<XmlSink>): Promise<void> {
  let length = 0
  for await (const piece of parsed(entry, limit, sink)) length += piece
  if (!length) throw new BrokenArchiveError('a part of the archive is empty')
}

/** Parses a part, and pauses after every piece with its length. */
async function* parsed(entry: Entry, limit: number, sink: Partial<XmlSink>): AsyncGenerator<number> {
  const reader = new XmlReader({
    open: (name, attributes) => sink.open?.(name, attributes),
    text: (text) => sink.text?.(text),
    close: (name) => sink.close?.(name),
  })
  const decoder = new TextDecoder()
  for await (const piece of unpacked(entry, limit)) {
    reader.feed(decoder.decode(piece, { stream: true }))
    yield piece.length
  }
}

interface Relation {
  id: string
  type: string
  target: string
}

/** What a part of the package points to, by the last word of the relation's type. */
async function related(entries: Map<string, Entry>, path: string): Promise<Relation[]> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const entry = entries.get(`${folder}_rels/${path.slice(folder.length)}.rels`)
  const found: Relation[] = []
  if (!entry) return found
  await read(entry, PART_BYTES, {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name !== 'Relationship') return
      const target = new URL(Target, `zip://workbook/${folder}`).pathname.slice(1)
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target })
    },
  })
  return found
}

async function sharedStrings(entry: Entry | undefined): Promise<string[]> {
  const strings: string[] = []
  if (!entry) return strings
  let text = ''
  let inText = false
  let phonetic = false
  await read(entry, PART_BYTES, {
    open: (name) => {
      if (name === 'si') text = ''
      else if (name === 'rPh') phonetic = true
      else if (name === 't') inText = !phonetic
    },
    text: (part) => void (inText && (text += part)),
    close: (name) => {
      if (name === 'si') strings.push(text)
      else if (name === 'rPh') phonetic = false
      else if (name === 't') inText = false
    },
  })
  return strings
}

/** For every style of cells whether its numbers are dates. */
async function dateStyles(entry: Entry | undefined): Promise<boolean[]> {
  const codes = new Map<number, string>()
  const dates: boolean[] = []
  let inCells = false
  if (!entry) return dates
  await read(entry, PART_BYTES, {
    open: (name, attributes) => {
      const id = Number(attributes.numFmtId)
      if (name === 'numFmt') codes.set(id, attributes.formatCode ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) dates.push(isDateFormat(id, codes.get(id)))
    },
    close: (name) => void (name === 'cellXfs' && (inCells = false)),
  })
  return dates
}

/** The cells of a sheet as lines of CSV in UTF-8, piece by piece. */
export async function* csvOf(workbook: Workbook, index: number): AsyncGenerator<Uint8Array> {
  const sheet = workbook.sheets[index]
  if (!sheet) throw new NotWorkbookError('empty')
  const lines = new Lines(workbook)
  const encoder = new TextEncoder()
  try {
    for await (const length of parsed(sheet.entry, SHEET_BYTES, lines))
      if (length) yield encoder.encode(lines.taken())
  } catch (error) {
    throw explained(error)
  }
}

/** Makes lines of the elements `row` and `c` of a sheet. */
class Lines implements XmlSink {
  private text_ = ''
  private lines = ''
  private next = 0
  private row: string[] = []
  private cell = { column: 0, type: '', style: 0 }
  private inValue = false

  constructor(private readonly workbook: Workbook) {}

  taken(): string {
    const lines = this.lines
    this.lines = ''
    return lines
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'row') this.beginRow(Number(attributes.r ?? this.next + 1) - 1)
    else if (name === 'c') {
      const column = placeOf(attributes.r ?? '')?.[1] ?? this.row.length
      this.cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) }
      this.text_ = ''
    } else if (name === 'v' || name === 't') this.inValue = true
  }

  text(text: string): void {
    if (this.inValue) this.text_ += text
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.inValue = false
    else if (name === 'c' && this.text_ !== '' && this.cell.column < MAX_COLUMNS)
      this.row[this.cell.column] = this.value()
    else if (name === 'row') this.lines += csvLine(this.row)
  }

  /** Rows that are left out in the file are empty. */
  private beginRow(number: number): void {
    const row = Math.min(Math.max(this.next, number || 0), MAX_ROWS)
    this.lines += csvLine([]).repeat(row - this.next)
    this.next = row + 1
    this.row = []
  }

  private value(): string {
    const { type, style } = this.cell
    const raw = this.text_
    if (type === 's') return this.workbook.strings[Number(raw)] ?? ''
    if (type === 'b') return raw === '1' ? 'TRUE' : 'FALSE'
    if (type !== 'n') return type === 'd' ? raw.replace('T', ' ').replace(/Z$/, '') : raw
    const number = Number(raw)
    if (Number.isNaN(number)) return raw
    return this.workbook.dates[style] ? dateText(number, this.workbook.since1904) : String(number)
  }
}
