/** What the page needs of a console, whichever shows it. */
import type { Sink } from './session'

export interface TerminalPort extends Sink {
  focus(): void
  clear(): void
  /** Another program goes on below: colours, modes and the other screen of the last one are undone. */
  fresh(): void
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
  #queue: { bytes: Uint8Array | (() => void); done: () => void }[] = []
  #busy = false
  #take: (bytes: Uint8Array, done: () => void) => void
  #tick: (run: () => void) => void

  constructor(
    take: (bytes: Uint8Array, done: () => void) => void,
    tick: (run: () => void) => void = (run) => void setTimeout(run, 0),
  ) {
    this.#take = take
    this.#tick = tick
  }

  push(bytes: Uint8Array, done: () => void): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const last = at + PIECE_BYTES >= bytes.length
      this.#queue.push({ bytes: bytes.subarray(at, at + PIECE_BYTES), done: last ? done : nothing })
    }
    this.#next()
  }

  /** Something of the page's own, in its turn between the bytes. */
  then(act: () => void): void {
    this.#queue.push({ bytes: act, done: nothing })
    this.#next()
  }

  #next(): void {
    const piece = this.#busy ? undefined : this.#queue.shift()
    if (!piece) return
    if (typeof piece.bytes === 'function') {
      piece.bytes()
      return this.#next()
    }
    this.#busy = true
    this.#take(piece.bytes, () => {
      piece.done()
      this.#tick(() => {
        this.#busy = false
        this.#next()
      })
    })
  }
}
export const PIECE_BYTES = 8 * 1024
const nothing = (): void => undefined
