/** The parts of a zip archive, unpacked as a stream that ends at a limit. Only what Office writes: stored or deflated, no encryption. */

export class BrokenArchiveError extends Error {}

export interface Entry {
  method: number
  packed: Uint8Array<ArrayBuffer>
}

const MAX_ENTRIES = 10_000
const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_LENGTH = 22
const LONGEST_COMMENT = 0xffff
const ENCRYPTED = 1

/** Names and packed bytes by the directory at the end of the archive. */
export function entriesOf(bytes: Uint8Array): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return listed(view, bytes)
  } catch (error) {
    if (error instanceof RangeError) throw new BrokenArchiveError('the archive is cut off')
    throw error
  }
}

function listed(view: DataView, bytes: Uint8Array): Map<string, Entry> {
  const end = endOf(view)
  const count = view.getUint16(end + 10, true)
  if (count > MAX_ENTRIES) throw new BrokenArchiveError('the archive has too many parts')
  const entries = new Map<string, Entry>()
  let at = view.getUint32(end + 16, true)
  for (let n = 0; n < count; n++) {
    if (view.getUint32(at, true) !== CENTRAL)
      throw new BrokenArchiveError('the archive’s directory is broken')
    if (view.getUint16(at + 8, true) & ENCRYPTED) throw new BrokenArchiveError('the archive is encrypted')
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ]
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const start = dataStart(view, view.getUint32(at + 42, true))
    const packed = bytes.slice(start, start + view.getUint32(at + 20, true))
    entries.set(name.replace(/^\//, ''), { method: view.getUint16(at + 10, true), packed })
    at += 46 + nameLength + extra + comment
  }
  return entries
}

function endOf(view: DataView): number {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END) return at
  }
  throw new BrokenArchiveError('this is no zip archive')
}

function dataStart(view: DataView, local: number): number {
  if (view.getUint32(local, true) !== LOCAL) throw new BrokenArchiveError('a part of the archive is broken')
  return local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
}

/** The bytes of a part, piece by piece; raises `BrokenArchiveError` once they are more than `limit`. */
export async function* unpacked(entry: Entry, limit: number): AsyncGenerator<Uint8Array> {
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> = new Blob([entry.packed]).stream()
  if (entry.method === 8) stream = stream.pipeThrough(new DecompressionStream('deflate-raw'))
  else if (entry.method !== 0) throw new BrokenArchiveError('the archive is packed in an unknown way')
  const reader = stream.getReader()
  let total = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new BrokenArchiveError('a part of the archive is broken')
      })
      if (done) return
      total += value.length
      if (total > limit) throw new BrokenArchiveError('the archive unpacks to too much')
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}
