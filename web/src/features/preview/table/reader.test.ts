import { describe, expect, test } from 'vitest'
import { FileChangedError, RemoteFile, type Part } from '@/protocol/parts'
import type { Answer, Ask, Summary } from './messages'
import { TableReader } from './reader'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** A file that is rewritten after so many parts, as often as `rewrites` says. */
class Disk {
  state = 0
  parts = 0
  constructor(
    public text: string,
    public rewrites = 0,
    private readonly piece = 300,
  ) {}

  open(): RemoteFile {
    const [disk, begun] = [this, this.state]
    let read = false
    return new (class extends RemoteFile {
      override async part(start: number, length: number): Promise<Part> {
        if (begun !== disk.state) throw new FileChangedError('changed')
        read = true
        disk.parts++
        if (disk.rewrites > 0 && start > 0) (disk.rewrites--, disk.state++)
        const all = bytes(disk.text)
        const end = start + Math.min(length, disk.piece)
        return { bytes: all.slice(start, end), size: all.length, tag: String(begun) }
      }
      override changed(): Promise<boolean> {
        return Promise.resolve(!read || begun !== disk.state)
      }
    })('x')
  }

  rewrite(text: string): void {
    this.text = text
    this.state++
  }
}

class Page {
  readonly answers: Answer[] = []
  readonly reader: TableReader
  constructor(disk: Disk) {
    this.reader = new TableReader(
      () => disk.open(),
      (answer) => this.answers.push(answer),
      () => Promise.resolve(),
    )
  }
  ask = (ask: Ask): Promise<void> => this.reader.heard(ask)
  open = (): Promise<void> =>
    this.ask({ type: 'open', address: 'x', content: { kind: 'table', separator: null }, encoding: null })
  get summaries(): Summary[] {
    return this.answers.flatMap((answer) => (answer.type === 'summary' ? [answer.summary] : []))
  }
  get last(): Summary {
    return this.summaries.at(-1) as Summary
  }
  async rows(from: number, to: number): Promise<string[][]> {
    await this.ask({ type: 'rows', ask: 1, window: { from, to, first: 0, last: 9 } })
    const answer = this.answers.at(-1)
    return answer?.type === 'rows' ? answer.cells : []
  }
}
const LONG = `n,word\n${Array.from({ length: 200 }, (_, n) => `${n},w${n % 7}\n`).join('')}`

describe('the reader of a table', () => {
  test('shows the first rows before it has read the rest, and then all', async () => {
    const page = new Page(new Disk(LONG))
    await page.open()
    expect(page.summaries[0]).toMatchObject({ complete: false, named: true })
    expect(page.summaries[0]?.rows).toBeGreaterThan(10)
    expect(page.last).toMatchObject({
      complete: true,
      rows: 200,
      share: 1,
      separator: ',',
      encoding: 'utf-8',
    })
    expect(page.last.columns).toMatchObject([
      { name: 'n', type: 'whole' },
      { name: 'word', type: 'text' },
    ])
    expect(await page.rows(198, 300)).toEqual([['198', 'w2'], ['199', 'w3']]) // prettier-ignore
  })
  test('begins anew when the file is rewritten under it, and gives up where that never ends', async () => {
    const twice = new Page(new Disk(LONG, 2))
    await twice.open()
    expect(twice.last).toMatchObject({ complete: true, rows: 200 })
    const always = new Page(new Disk(LONG, 1000))
    await always.open()
    expect(always.answers.at(-1)).toMatchObject({ type: 'failed', why: 'unsettled' })
  })
  test('reads again only what changed, and keeps order and filter', async () => {
    const disk = new Disk(LONG)
    const page = new Page(disk)
    await page.open()
    const arrangement = {
      named: true,
      sorting: { column: 0, descending: true },
      conditions: [{ column: 1, text: 'w3' }],
    }
    await page.ask({ type: 'arrange', arrangement })
    expect((await page.rows(0, 2)).map(([n]) => n)).toEqual(['199', '192'])
    const { parts } = disk
    await page.ask({ type: 'revise' })
    expect(disk.parts).toBe(parts)
    disk.rewrite('n,word\n1,w3\n2,w4\n3,w3\n')
    await page.ask({ type: 'revise' })
    expect(await page.rows(0, 9)).toEqual([['3', 'w3'], ['1', 'w3']]) // prettier-ignore
    expect(page.last).toMatchObject({ rows: 2, read: 3 })
  })
  test('numbers rows as in the file, however they are ordered', async () => {
    const page = new Page(new Disk('n\n3\n1\n2\n'))
    await page.open()
    await page.ask({ type: 'arrange', arrangement: { named: true, sorting: { column: 0, descending: false }, conditions: [] } }) // prettier-ignore
    await page.rows(0, 9)
    expect(page.answers.at(-1)).toMatchObject({ cells: [['1'], ['2'], ['3']], numbers: [2, 3, 1] })
  })
  test('an empty file is an empty table, and bytes are none', async () => {
    const empty = new Page(new Disk(''))
    await empty.open()
    expect(empty.last).toMatchObject({ complete: true, rows: 0, columns: [] })
    const binary = new Page(new Disk('\0\x01\x02\0\0'))
    await binary.open()
    expect(binary.answers).toMatchObject([{ type: 'failed', why: 'binary' }])
  })
  test('a cell is whole where it is asked for, and cut where rows are', async () => {
    const page = new Page(new Disk(`a\n${'x'.repeat(5000)}\n`, 0, 10_000))
    await page.open()
    expect((await page.rows(0, 1))[0]?.[0]?.length).toBe(300)
    await page.ask({ type: 'cell', ask: 2, row: 0, column: 0 })
    expect(page.answers.at(-1)).toMatchObject({ text: 'x'.repeat(5000) })
  })
})
