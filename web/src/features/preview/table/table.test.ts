import { describe, expect, test } from 'vitest'
import { arranged, testOf, type Arrangement } from './arrange'
import { guessSeparator, unquoted, type Shape } from './scan'
import { Table } from './table'
import { kindsOf, typeOf, type ColumnType } from './types'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const COMMAS: Shape = { separator: 0x2c, quoted: true }
const LINES: Shape = { separator: null, quoted: false }

function tableOf(text: string, shape = COMMAS, cuts: number[] = []): Table {
  const all = bytes(text)
  const table = new Table(shape, 4)
  let from = 0
  for (const cut of [...cuts, all.length]) {
    table.append(all.subarray(from, cut))
    from = cut
  }
  table.finish()
  return table
}
const rowsOf = (table: Table): string[][] =>
  Array.from({ length: table.rows.length }, (_, row) => table.row(row))

const NASTY = 'name,said\r\n"Bär, ""Ada""","two\nlines"\n\n€,"a""",x\r"open ""end'
const NASTY_ROWS = [['name', 'said'], ['Bär, "Ada"', 'two\nlines'], ['€', 'a"', 'x'], ['open "end']]

describe('a table', () => {
  test('quotes, line ends of all kinds and rows of any length', () => {
    expect(rowsOf(tableOf(NASTY))).toEqual(NASTY_ROWS)
  })
  test('is the same wherever its bytes are broken', () => {
    const length = bytes(NASTY).length
    for (let one = 0; one <= length; one++) {
      for (let other = one; other <= length; other += 5)
        expect(rowsOf(tableOf(NASTY, COMMAS, [one, other]))).toEqual(NASTY_ROWS)
    }
  })
  test('while it is read, no row is mixed with the piece that follows', () => {
    const table = new Table(COMMAS)
    table.append(bytes('a,b\n1,2\n3,'))
    expect(rowsOf(table)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })
  test('lines of a text keep quotes and empty lines', () => {
    const text = 'say "hi", you\r\n\r\n\n\tlast'
    for (let cut = 0; cut <= text.length; cut++)
      expect(rowsOf(tableOf(text, LINES, [cut]))).toEqual([['say "hi", you'], [''], [''], ['\tlast']])
  })
  test('limits are kept, and said', () => {
    const small = { bytes: 20, rows: 3, columns: 2 }
    const wide = new Table(COMMAS, 1, small)
    wide.append(bytes('a,b,c\n1,2,3\n'))
    wide.finish()
    expect([rowsOf(wide), wide.tooWide, wide.cut]).toEqual([[['a', 'b'], ['1', '2']], true, null]) // prettier-ignore
    const long = new Table(COMMAS, 1, small)
    long.append(bytes('1\n2\n3\n4\n'))
    expect([rowsOf(long), long.cut]).toEqual([[['1'], ['2'], ['3']], 'rows'])
    const large = new Table(COMMAS, 1, small)
    large.append(bytes('12345678\n12345678\n12345678\n'))
    large.finish()
    expect([large.rows.length, large.cut]).toEqual([2, 'bytes'])
  })
})

test('what follows a closing quote stays', () => {
  expect(unquoted('"a"b"')).toBe('ab"')
  expect(unquoted('a"b')).toBe('a"b')
})

test.each([
  ['a;b;c\n1,5;2,5;3\n', ';'],
  ['a\tb\n1\t2\n', '\t'],
  ['"x;y",b\n"1;2",2\n', ','],
  ['one word\nother word\n', ','],
  ['a|b|c\n1|2|3', '|'],
])('separator of %j', (text, separator) => {
  expect(String.fromCharCode(guessSeparator(bytes(text)))).toBe(separator)
})

const kind = (text: string): ColumnType => typeOf(kindsOf(bytes(text), 0, bytes(text).length), true)
test.each<[string, ColumnType]>([
  ['12', 'whole'],
  ['-3', 'whole'],
  ['+7', 'whole'],
  ['1.5', 'number'],
  ['.5', 'number'],
  ['5.', 'number'],
  ['1e9', 'number'],
  ['-1.5E-3', 'number'],
  ['nan', 'number'],
  ['True', 'logical'],
  ['false', 'logical'],
  ['2026-11-26', 'date'],
  ['2026-11-26 08:15', 'date'],
  ['2026-11-26T08:15:30.5+01:00', 'date'],
  ['2026-13-99', 'text'],
  ['1,5', 'text'],
  ['-', 'text'],
  ['.', 'text'],
  ['1e', 'text'],
  ['1 2', 'text'],
  ['=1+1', 'text'],
  ['10%', 'text'],
])('%s is %s', (text, type) => {
  expect(kind(text)).toBe(type)
})

describe('types of columns', () => {
  test('a column is what all its cells may be; empty cells do not count', () => {
    const table = tableOf('a,b,c,d,e\n1,1,x,,true\n2,2.5,1,,FALSE\n"3",,2,,true\n')
    expect(table.types(true)).toEqual(['whole', 'number', 'text', 'empty', 'logical'])
    expect(table.looksNamed).toBe(true)
  })
  test('the first row counts where it holds no names', () => {
    const table = tableOf('2026-01-01,5\n2026-01-02,6\n')
    expect(table.looksNamed).toBe(false)
    expect(table.types(false)).toEqual(['date', 'whole'])
  })
  test('the index that pandas writes has no name', () => {
    expect(tableOf(',town\n0,Ashby\n').looksNamed).toBe(true)
  })
})

const PLACES =
  'town,rain,day\nEastley,10,2026-01-02\nashby,,2025-01-01\nCorran,9.5,2026-01-01\nbirch 10,2,\nbirch 9,2,2026-03-01\n'
const whole: Arrangement = { named: true, sorting: null, conditions: [] }
async function towns(change: Partial<Arrangement>): Promise<string[]> {
  const table = tableOf(PLACES)
  const rows = await arranged(table, { ...whole, ...change }, () => Promise.resolve(true))
  return [...(rows ?? [])].map((row) => table.cell(row, 0))
}
describe('arranging', () => {
  test('numbers as numbers, empty cells last either way, ties as they were', async () => {
    const up = await towns({ sorting: { column: 1, descending: false } })
    expect(up).toEqual(['birch 10', 'birch 9', 'Corran', 'Eastley', 'ashby'])
    const down = await towns({ sorting: { column: 1, descending: true } })
    expect(down).toEqual(['Eastley', 'Corran', 'birch 10', 'birch 9', 'ashby'])
  })
  test('words as people order them', async () => {
    const names = await towns({ sorting: { column: 0, descending: false } })
    expect(names).toEqual(['ashby', 'birch 9', 'birch 10', 'Corran', 'Eastley'])
  })
  test('dates by time', async () => {
    const days = await towns({ sorting: { column: 2, descending: false } })
    expect(days).toEqual(['ashby', 'Corran', 'Eastley', 'birch 9', 'birch 10'])
  })
  test.each<[number, string, string[]]>([
    [0, 'BIRCH', ['birch 10', 'birch 9']],
    [0, '=Corran', ['Corran']],
    [1, '>= 9.5', ['Eastley', 'Corran']],
    [1, '<3', ['birch 10', 'birch 9']],
    [1, '9 .. 9.9', ['Corran']],
    [1, '=10', ['Eastley']],
    [2, '< 2026-01-01', ['ashby']],
    [1, '', ['Eastley', 'ashby', 'Corran', 'birch 10', 'birch 9']],
  ])('column %i: %s', async (column, text, found) => {
    expect(await towns({ conditions: [{ column, text }] })).toEqual(found)
  })
  test('is given up when it is not wanted any more', async () => {
    const table = tableOf('a\n' + '1\n'.repeat(50_000))
    expect(await arranged(table, { ...whole, sorting: { column: 0, descending: true } }, () => Promise.resolve(false))).toBeNull() // prettier-ignore
  })
  test('a sign without a number is looked for as text', () => {
    expect(testOf('> x', 'number')('a > x')).toBe(true)
  })
})
