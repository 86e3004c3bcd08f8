/**
 * One open text: what is typed becomes numbered rows, each is kept until the server says that it is on disk.
 *
 * It knows neither the editor nor the network. A row never changes once it has its number, so sending it twice is
 * harmless, from this tab or from a later one that finds it in the outbox.
 */
import * as Y from 'yjs'
import { RefusedError } from '@/protocol/errors'

/** Typing gathers for so long before it becomes a row. */
export const GATHER_MS = 50
export const RETRY_AFTER_MS = 4000
const MOST_AT_ONCE = 100

export interface Row {
  seq: number
  update: Uint8Array
}
export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'saving' }
  /** Not with the server, but in this browser's own storage, so that closing the page loses nothing. */
  | { kind: 'kept'; changes: number }
  | { kind: 'failed'; since: number; message: string }

export interface LiveOptions {
  newWriter: () => string
  /** Resolves with the number in the log of the last row, once it is on disk. */
  send: (writer: string, rows: readonly Row[]) => Promise<number>
  /** Resolves once the row is in the browser's storage. */
  keep: (writer: string, row: Row) => Promise<void>
  drop: (writer: string, upTo: number) => void
  /** Have the log read again from its start. */
  reread: () => void
  online: () => boolean
  /** Why this text cannot be sent now, if it cannot. */
  refusal: (text: string) => string | null
  changed: (state: SaveState) => void
  now: () => number
}

const THEIRS = Symbol('theirs')

export class LiveText {
  state: SaveState = { kind: 'saved', at: null }
  /** Rows of the log up to here are in the text. */
  cursor = 0
  readonly text: Y.Text
  readonly #doc = new Y.Doc()
  readonly #options: LiveOptions
  #writer: string
  #seq = 0
  #typed: Uint8Array[] = []
  #rows: (Row & { kept: boolean })[] = []
  /** Where the last acknowledged row lies. */
  #logged = 0
  #sending = false
  #failedSince: number | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #waiting: (() => void)[] = []

  constructor(options: LiveOptions) {
    this.#options = options
    this.#writer = options.newWriter()
    this.text = this.#doc.getText('text')
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== THEIRS) this.#gather(update)
    })
  }

  get unsaved(): boolean {
    return this.#rows.length > 0 || this.#typed.length > 0
  }

  /** A row of the log; tells whether it can be read. An empty one was found unreadable by the server. */
  receive(lsn: number, update: Uint8Array): boolean {
    let readable = true
    try {
      if (update.length > 0) Y.applyUpdate(this.#doc, update, THEIRS)
    } catch {
      readable = false // the server will leave it out as well
    }
    this.cursor = lsn
    this.#wake()
    return readable
  }

  /** The server's log is an older one, restored from a copy: read it from its start, and give it all that it lacks. */
  restored(): void {
    this.cursor = 0
    this.#logged = 0
    this.#writer = this.#options.newWriter()
    this.#seq = 0
    this.#rows = []
    this.#typed = [Y.encodeStateAsUpdate(this.#doc)]
    this.seal()
  }

  /** Makes a row of what was typed, and sends what can be sent. Synchronous, for the moment in which the page goes away. */
  seal(): void {
    clearTimeout(this.#timer)
    if (this.#typed.length > 0) {
      const row = { seq: ++this.#seq, update: Y.mergeUpdates(this.#typed), kept: false }
      this.#typed = []
      this.#rows.push(row)
      this.#options.keep(this.#writer, row).then(
        () => ((row.kept = true), this.#show()),
        () => undefined, // a full or forbidden store: the row lives in this page, and nothing else is claimed
      )
    }
    void this.#send()
  }

  /** Returns up to which row this text is the log, once all of it is there; null if that cannot be now. */
  async flush(): Promise<number | null> {
    this.seal()
    for (;;) {
      if (!this.unsaved && this.cursor >= this.#logged) return this.cursor
      if (!this.#options.online() || this.state.kind === 'failed') return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Returns once the text has everything up to a row; null if the connection is lost before. */
  async reach(lsn: number): Promise<boolean> {
    while (this.cursor < lsn) {
      if (!this.#options.online()) return false
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return true
  }

  /** The connection came or went. */
  connection(): void {
    this.#wake()
    this.#show()
    void this.#send()
  }

  dispose(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#retry)
    this.#doc.destroy()
  }

  #gather(update: Uint8Array): void {
    if (this.#typed.push(update) === 1) this.#timer = setTimeout(() => this.seal(), GATHER_MS)
    this.#show()
  }

  async #send(): Promise<void> {
    const message = this.#rows.length > 0 ? this.#options.refusal(this.text.toString()) : null
    if (message) return this.#failed(message)
    if (this.#sending || this.#rows.length === 0 || !this.#options.online()) return
    this.#sending = true
    if (this.state.kind === 'failed') this.#become({ kind: 'saving' })
    const rows = this.#rows.slice(0, MOST_AT_ONCE)
    const writer = this.#writer
    try {
      this.#logged = Math.max(this.#logged, await this.#options.send(writer, rows))
      this.#acknowledged(writer, rows.at(-1)?.seq ?? 0)
    } catch (error) {
      this.#refused(error)
    }
    this.#sending = false
    this.#wake()
    if (this.state.kind !== 'failed' && this.#rows.length > 0) void this.#send()
  }

  #acknowledged(writer: string, upTo: number): void {
    this.#options.drop(writer, upTo)
    if (writer !== this.#writer) return
    this.#rows = this.#rows.filter((row) => row.seq > upTo)
    this.#show()
  }

  #refused(error: unknown): void {
    const refusal = error instanceof RefusedError ? error : new RefusedError('internal', String(error), true)
    // The log lacks rows that it once acknowledged: it is an older one, restored from a copy.
    if (refusal.code === 'out_of_order') {
      this.restored()
      return this.#options.reread()
    }
    this.#failed(refusal.message)
    this.#retry = setTimeout(() => void this.#send(), RETRY_AFTER_MS)
  }

  #failed(message: string): void {
    clearTimeout(this.#retry)
    this.#failedSince ??= this.#options.now()
    this.#become({ kind: 'failed', since: this.#failedSince, message })
  }

  #show(): void {
    if (!this.unsaved) {
      this.#failedSince = null
      if (this.state.kind !== 'saved') this.#become({ kind: 'saved', at: this.#options.now() })
      return
    }
    if (this.state.kind === 'failed') return
    const kept = this.#typed.length === 0 && this.#rows.every((row) => row.kept)
    if (kept && !this.#options.online()) this.#become({ kind: 'kept', changes: this.#rows.length })
    else this.#become({ kind: 'saving' })
  }

  #become(state: SaveState): void {
    this.state = state
    this.#options.changed(state)
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
