import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { csvLine, dateText, isDateFormat, placeOf } from './cells'
import { csvOf, NotWorkbookError, openWorkbook } from './workbook'
import { BrokenArchiveError, entriesOf, unpacked } from './zip'
import { XmlReader } from './xml'

type Parts = Record<string, string | Uint8Array>
const encoded = (body: string | Uint8Array): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body

/** A zip archive as Office writes it. */
function zip(parts: Parts, packed = true): Uint8Array {
  const pieces: number[] = []
  const central: number[] = []
  const word = (value: number, length: number): number[] =>
    Array.from({ length }, (_, at) => (value >>> (8 * at)) & 255)
  for (const [name, body] of Object.entries(parts)) {
    const data = packed ? deflateRawSync(encoded(body)) : encoded(body)
    const head = [...word(20, 2), ...word(0, 2), ...word(packed ? 8 : 0, 2), ...word(0, 8)]
    const sizes = [...word(data.length, 4), ...word(encoded(body).length, 4), ...word(name.length, 2)]
    const at = pieces.length
    pieces.push(...word(0x04034b50, 4), ...head, ...sizes, ...word(0, 2), ...encoded(name))
    for (const byte of data) pieces.push(byte)
    central.push(...word(0x02014b50, 4), ...word(20, 2), ...head, ...sizes, ...word(0, 12), ...word(at, 4))
    central.push(...encoded(name))
  }
  const count = Object.keys(parts).length
  const end = [...word(0x06054b50, 4), ...word(0, 4), ...word(count, 2), ...word(count, 2)]
  return new Uint8Array([
    ...pieces,
    ...central,
    ...end,
    ...word(central.length, 4),
    ...word(pieces.length, 4),
    0,
    0,
  ])
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const relations = (list: [string, string, string][]): string =>
  `<Relationships>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join('')}</Relationships>`

function workbook(sheet: string, more: Parts = {}): Parts {
  return {
    '_rels/.rels': relations([['r1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml':
      '<?xml version="1.0"?><x:workbook><x:sheets><x:sheet name="First &amp; last" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>',
    'xl/_rels/workbook.xml.rels': relations([
      ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
      ['rId2', 'sharedStrings', '/xl/sharedStrings.xml'],
      ['rId3', 'styles', 'styles.xml'],
    ]),
    'xl/sharedStrings.xml':
      '<sst><si><t>town</t></si><si><r><t>Bär</t></r><r><t xml:space="preserve"> &quot;A&#228;&quot;</t></r><rPh><t>no</t></rPh></si></sst>',
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    ...more,
  }
}
async function csv(parts: Parts, packed = true): Promise<string> {
  const book = await openWorkbook(zip(parts, packed))
  let text = ''
  for await (const piece of csvOf(book, 0)) text += new TextDecoder().decode(piece)
  return text
}
const SHEET =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>a,b</t></is></c></row>' +
  '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>0.10000000000000001</v></c><c r="C3" s="1"><v>45000.5</v></c></row>' +
  '<row><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c t="str"><f>A1&amp;"x"</f><v>=1+1</v></c><c/></row>'

describe('a workbook', () => {
  test.each([true, false])('becomes a table: texts, numbers, dates, gaps (packed: %s)', async (packed) => {
    expect(await csv(workbook(SHEET), packed)).toBe(
      'town,,"a,b"\n""\n"Bär ""Aä""",0.1,2023-03-15 12:00:00\nTRUE,#DIV/0!,=1+1\n',
    )
  })
  test('names its sheets', async () => {
    const { sheets } = await openWorkbook(zip(workbook(SHEET)))
    expect(sheets.map(({ name }) => name)).toEqual(['First & last'])
  })
  test('counts days from 1904 where it says so', async () => {
    const parts = workbook('<row r="1"><c r="A1" s="1"><v>1</v></c></row>')
    parts['xl/workbook.xml'] = String(parts['xl/workbook.xml']).replace(
      '<x:sheets>',
      '<x:workbookPr date1904="1"/><x:sheets>',
    )
    expect(await csv(parts)).toBe('1904-01-02\n')
  })
  test.each<[string, Uint8Array]>([
    ['old', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['this is no zip archive', new TextEncoder().encode('a,b\n1,2\n')],
    ['it holds no workbook', zip({ 'readme.txt': 'hello' })],
  ])('is refused in words: %s', async (word, bytes) => {
    await expect(openWorkbook(bytes)).rejects.toEqual(new NotWorkbookError(word))
  })
  test('cut anywhere, is refused and nothing else happens', async () => {
    const whole = zip(workbook(SHEET))
    for (let length = 0; length < whole.length; length += 37)
      await expect(openWorkbook(whole.slice(0, length))).rejects.toBeInstanceOf(NotWorkbookError)
  })
  test('cells far to the right cost nothing', async () => {
    expect(await csv(workbook('<row r="1"><c r="XFD1"><v>1</v></c><c r="A1"><v>2</v></c></row>'))).toBe('2\n')
  })
})

test('a part that unpacks to more than it may is given up', async () => {
  const entry = entriesOf(zip({ bomb: new Uint8Array(5_000_000) })).get('bomb')
  let seen = 0
  await expect(async () => {
    if (entry) for await (const piece of unpacked(entry, 1_000_000)) seen += piece.length
  }).rejects.toBeInstanceOf(BrokenArchiveError)
  expect(seen).toBeLessThanOrEqual(1_000_000)
})

test('XML is the same wherever it is broken, and declares no entities', () => {
  const xml =
    '<!DOCTYPE a [<!ENTITY x "boom">]><a k=\'1 &lt; 2\'>t&#x41;&x;<!-- <b> --><n:c/><![CDATA[<d>&amp;]]></a>'
  for (let cut = 0; cut <= xml.length; cut++) {
    const seen: string[] = []
    let text = ''
    const reader = new XmlReader({
      open: (name, attributes) => seen.push(`<${name} ${JSON.stringify(attributes)}`),
      text: (part) => (text += part),
      close: (name) => seen.push(`>${name}`),
    })
    reader.feed(xml.slice(0, cut))
    reader.feed(xml.slice(cut))
    expect(seen).toEqual(['<a {"k":"1 < 2"}', '<c {}', '>c', '>a'])
    expect(text.replace(/^\]>/, '')).toBe('tA&x;<d>&amp;')
  }
})

test.each<[number, boolean, string]>([
  [1, false, '1900-01-01'],
  [59, false, '1900-02-28'],
  [61, false, '1900-03-01'],
  [43831, false, '2020-01-01'],
  [0.75, false, '18:00:00'],
  [43831.25, false, '2020-01-01 06:00:00'],
  [1e300, false, '1e+300'],
])('day %d is %s', (serial, since1904, text) => {
  expect(dateText(serial, since1904)).toBe(text)
})

test.each<[number, string | undefined, boolean]>([
  [14, undefined, true],
  [2, undefined, false],
  [164, 'yyyy-mm-dd', true],
  [164, '[h]:mm', true],
  [164, '0.00 "days"', false],
  [164, '[Red]#,##0.00_);General', false],
  [164, '#,##0\\d', false],
])('format %i %s', (id, code, date) => {
  expect(isDateFormat(id, code)).toBe(date)
})

test('places and lines', () => {
  expect(['A1', 'Z2', 'AA10', 'XFD1048576', '1A'].map(placeOf)).toEqual([[0, 0], [1, 25], [9, 26], [1048575, 16383], null]) // prettier-ignore
  expect(csvLine(['a"b', 'c\nd', ''])).toBe('"a""b","c\nd",\n')
})
