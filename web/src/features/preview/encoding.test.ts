import { describe, expect, test } from 'vitest'
import { guessEncoding, toUtf8, type Encoding } from './encoding'

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)),
  )
const single = (text: string, table: Record<string, number>): Uint8Array =>
  new Uint8Array([...text].map((sign) => table[sign] ?? sign.charCodeAt(0)))
const LATIN = { é: 0xe9, ä: 0xe4, ö: 0xf6, ü: 0xfc, ß: 0xdf, ç: 0xe7, è: 0xe8, '€': 0x80 }

/** `text.encode(name)` in Python, as hexadecimal. */
const FROM_PYTHON: [Encoding, string, string][] = [
  ['windows-1251', 'Привет, мир. Это файл.', 'cff0e8e2e5f22c20ece8f02e20ddf2ee20f4e0e9eb2e'],
  ['koi8-r', 'Привет, мир. Это файл.', 'f0d2c9d7c5d42c20cdc9d22e20fcd4cf20c6c1cacc2e'],
  ['euc-jp', '日本語のテキスト', 'c6fccbdcb8eca4cea5c6a5ada5b9a5c8'],
  ['shift_jis', '日本語のテキスト', '93fa967b8cea82cc8365834c83588367'],
]
const hex = (text: string): Uint8Array =>
  new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)))

describe('the encoding is guessed', () => {
  test.each<[string, Uint8Array, Encoding | null]>([
    ['nothing', bytes(), 'utf-8'],
    ['plain letters', bytes('name,age\nAda,36\n'), 'utf-8'],
    ['UTF-8', bytes('Bär – 日本'), 'utf-8'],
    ['UTF-8 cut in a character', bytes('aé').subarray(0, 2), 'utf-8'],
    ['a mark', bytes([0xef, 0xbb, 0xbf], 'a'), 'utf-8'],
    ['UTF-16 with a mark', bytes([0xff, 0xfe, 0x61, 0]), 'utf-16le'],
    ['UTF-16 without', bytes(...[...'name;age'].map((sign) => [sign.charCodeAt(0), 0])), 'utf-16le'],
    ['UTF-16, big end first', bytes(...[...'name;age'].map((sign) => [0, sign.charCodeAt(0)])), 'utf-16be'],
    ['western', single('Größe;Länge\nété;leçon\n', LATIN), 'windows-1252'],
    ['colours of a terminal', bytes('\x1b[31mred\x1b[0m'), 'utf-8'],
    ['a picture', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 0x0d]), null],
    ['a pickle', bytes([0x80, 4, 0x95, 0x1c, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x94]), null],
    ['controls', bytes([1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18]), null],
  ])('%s', (_name, found, encoding) => {
    expect(guessEncoding(found)).toBe(encoding)
  })
  test.each(FROM_PYTHON)('%s', (encoding, text, coded) => {
    expect(guessEncoding(hex(coded))).toBe(encoding)
    expect(new TextDecoder().decode(toUtf8(encoding)(hex(coded), true))).toBe(text)
  })
})

test('pieces may break a character', () => {
  for (const [encoding, text, coded] of FROM_PYTHON) {
    for (let cut = 0; cut <= hex(coded).length; cut++) {
      const convert = toUtf8(encoding)
      const pieces = [...convert(hex(coded).subarray(0, cut)), ...convert(hex(coded).subarray(cut), true)]
      expect(new TextDecoder().decode(new Uint8Array(pieces))).toBe(text)
    }
  }
})

test('the mark of UTF-8 goes, once', () => {
  const convert = toUtf8('utf-8')
  expect([...convert(bytes([0xef, 0xbb, 0xbf], 'a'))]).toEqual([0x61])
  expect([...convert(bytes([0xef, 0xbb, 0xbf]))]).toEqual([0xef, 0xbb, 0xbf])
})
