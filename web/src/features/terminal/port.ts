/** What the page needs of a console, whichever shows it. */
import type { Sink } from './session'

export interface TerminalPort extends Sink {
  focus(): void
  clear(): void
  text(): string
  /** Columns and rows that fit now. */
  size(): { columns: number; rows: number }
  dispose(): void
}

export interface TerminalEvents {
  typed(text: string): void
  resized(columns: number, rows: number): void
  /** A link was clicked: ask before opening. */
  link(address: string): void
}

/** Only addresses of the web, written out; nothing a program prints opens anything else. */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
  } catch {
    return null
  }
}

/** Hands bytes on in small pieces, so that a flood never holds the page for long. */
export class Paced {
  #queue: { bytes: Uint8Array; replayed: boolean; done: () => void }[] = []
  #busy = false
  #take: (bytes: Uint8Array, replayed: boolean, done: () => void) => void
  #tick: (run: () => void) => void

  constructor(
    take: (bytes: Uint8Array, replayed: boolean, done: () => void) => void,
    tick: (run: () => void) => void = (run) => void setTimeout(run, 0),
  ) {
    this.#take = take
    this.#tick = tick
  }

  push(bytes: Uint8Array, replayed: boolean, done: () => void): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const last = at + PIECE_BYTES >= bytes.length
      this.#queue.push({
        bytes: bytes.subarray(at, at + PIECE_BYTES),
        replayed,
        done: last ? done : () => undefined,
      })
    }
    this.#next()
  }

  #next(): void {
    const piece = this.#busy ? undefined : this.#queue.shift()
    if (!piece) return
    this.#busy = true
    this.#take(piece.bytes, piece.replayed, () => {
      piece.done()
      this.#tick(() => {
        this.#busy = false
        this.#next()
      })
    })
  }
}
export const PIECE_BYTES = 8 * 1024
