/** In which encoding a text of unknown make probably is. Pure. */

/** What a person can choose from: the names of the browser's decoders. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'koi8-r',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
  'macintosh',
] as const
export type Encoding = (typeof ENCODINGS)[number]

const MARKS: [Encoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]
const HARMLESS = new Set([0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b])
const CONTROLS_IN_TEXT = 0.01

/** Guesses from the first bytes of a file; null if they are no text. An empty file is UTF-8. */
export function guessEncoding(bytes: Uint8Array): Encoding | null {
  for (const [encoding, mark] of MARKS) {
    if (mark.every((byte, at) => bytes[at] === byte)) return encoding
  }
  if (bytes.includes(0)) return wide(bytes)
  if (controls(bytes) > CONTROLS_IN_TEXT * bytes.length) return null
  return decodes(bytes, 'utf-8') ? 'utf-8' : legacy(bytes)
}

const controls = (bytes: Uint8Array): number =>
  bytes.reduce((count, byte) => count + Number(byte < 0x20 && !HARMLESS.has(byte)), 0)

/** UTF-16 without a mark: in most scripts of the school every second byte is mostly 0. */
function wide(bytes: Uint8Array): Encoding | null {
  const zeros = [0, 0]
  bytes.forEach((byte, at) => byte === 0 && zeros[at % 2]!++)
  const half = bytes.length / 2
  const [even = 0, odd = 0] = zeros
  if (odd > half * 0.4 && even < half * 0.02) return 'utf-16le'
  return even > half * 0.4 && odd < half * 0.02 ? 'utf-16be' : null
}

function decodes(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    // As a stream, since the last character may be cut.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Western accents stand alone between plain letters; Cyrillic words are runs of high bytes; so are East Asian ones, in pairs. */
function legacy(bytes: Uint8Array): Encoding {
  let high = 0
  let runs = 0
  let letters = 0
  let small = 0
  bytes.forEach((byte, at) => {
    if (byte < 0x80) return
    high++
    if ((bytes[at - 1] ?? 0) < 0x80) runs++
    if (byte >= 0xc0) letters++
    if (byte >= 0xe0) small++
  })
  if (high / runs < 2.2)
    return decodes(bytes, 'shift_jis') && high / runs > 1.4 ? 'shift_jis' : 'windows-1252'
  if (letters > high * 0.9) return small > letters / 2 ? 'windows-1251' : 'koi8-r'
  return (['euc-jp', 'shift_jis', 'gb18030'] as const).find((one) => decodes(bytes, one)) ?? 'windows-1252'
}

/** Turns pieces of any encoding into UTF-8 pieces, without the mark; what is no character becomes “�”. */
export function toUtf8(encoding: Encoding): (piece: Uint8Array, last?: boolean) => Uint8Array {
  if (encoding === 'utf-8') {
    let begun = false
    return (piece) => {
      const marked = !begun && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf
      begun ||= piece.length > 0
      return marked ? piece.subarray(3) : piece
    }
  }
  const decoder = new TextDecoder(encoding)
  const encoder = new TextEncoder()
  return (piece, last = false) => encoder.encode(decoder.decode(piece, { stream: !last }))
}
