/**
 * Files on their way to the server: a few at once, in pieces, for as long as it takes.
 *
 * A broken connection is no failure: the upload waits, asks how much arrived, and goes on there.
 */
import { reactive } from 'vue'
import { RefusedError } from '@/protocol/errors'
import type { UploadState } from '@/protocol/http'
import type { Incoming } from './dropped'

const AT_ONCE = 3
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 8_000

export type Stage = 'queued' | 'sending' | 'waiting' | 'exists' | 'failed' | 'done'
export interface Sending {
  readonly id: number
  readonly file: File
  path: string
  sent: number
  stage: Stage
  /** Why it failed. */
  problem: RefusedError | null
  replace: boolean
}

/** The server's side, so that tests bring their own. */
export interface UploadPort {
  begin(upload: { path: string; size: number; replace: boolean }): Promise<UploadState>
  look(upload: string): Promise<UploadState>
  send(upload: string, offset: number, part: Blob, signal: AbortSignal): Promise<UploadState>
  cancel(upload: string): Promise<unknown>
  /** Returns after so many ms, or sooner if the network may be back. */
  pause(ms: number): Promise<void>
}

export class Uploads {
  readonly list = reactive<Sending[]>([])
  readonly #port: UploadPort
  readonly #stops = new Map<number, AbortController>()
  #count = 0
  #active = 0

  constructor(port: UploadPort) {
    this.#port = port
  }

  get busy(): boolean {
    return this.list.some((one) => ['queued', 'sending', 'waiting'].includes(one.stage))
  }

  add(files: readonly Incoming[]): void {
    for (const { path, file } of files)
      this.list.push({
        id: ++this.#count,
        file,
        path,
        sent: 0,
        stage: 'queued',
        problem: null,
        replace: false,
      })
    this.#next()
  }

  /** Sends it after all: after a failure, in the place of what is there, or under another name. */
  again(one: Sending, change: Partial<Pick<Sending, 'path' | 'replace'>> = {}): void {
    Object.assign(one, change, { stage: 'queued', problem: null, sent: 0 })
    this.#next()
  }

  cancel(one: Sending): void {
    this.#stops.get(one.id)?.abort()
    this.#remove(one)
  }

  cancelAll(): void {
    for (const one of [...this.list]) this.cancel(one)
  }

  /** Forgets what has arrived. */
  tidy(): void {
    for (const one of this.list.filter((other) => other.stage === 'done')) this.#remove(one)
  }

  #remove(one: Sending): void {
    const at = this.list.findIndex((other) => other.id === one.id)
    if (at >= 0) this.list.splice(at, 1)
  }

  #next(): void {
    while (this.#active < AT_ONCE) {
      const one = this.list.find((other) => other.stage === 'queued')
      if (!one) return
      one.stage = 'sending'
      this.#active++
      const stop = new AbortController()
      this.#stops.set(one.id, stop)
      void this.#run(one, stop.signal).finally(() => {
        this.#stops.delete(one.id)
        this.#active--
        this.#next()
      })
    }
  }

  async #run(one: Sending, signal: AbortSignal): Promise<void> {
    try {
      await this.#send(one, signal)
      if (!signal.aborted) one.stage = 'done'
    } catch (error) {
      if (signal.aborted) return
      const refusal = error instanceof RefusedError ? error : new RefusedError('internal', String(error))
      one.problem = refusal
      one.stage = refusal.code === 'already_exists' ? 'exists' : 'failed'
    }
  }

  async #send(one: Sending, signal: AbortSignal): Promise<void> {
    const { path, replace, file } = one
    let state = await this.#patiently(one, signal, () => this.#port.begin({ path, size: file.size, replace }))
    const { upload } = state
    // Whatever ended in between is asked for anew, so what is counted is what the server has.
    while (!state.placed && !signal.aborted) {
      const { offset, chunkBytes } = state
      one.sent = offset
      let broke = false
      state = await this.#patiently(one, signal, async () => {
        if (broke) return this.#port.look(upload)
        broke = true
        return this.#port.send(upload, offset, file.slice(offset, offset + chunkBytes), signal)
      })
    }
    if (signal.aborted) await this.#port.cancel(upload).catch(() => undefined)
    else one.sent = file.size
  }

  /** Tries until there is an answer; only the network is waited for, a refusal is one. */
  async #patiently(one: Sending, signal: AbortSignal, act: () => Promise<UploadState>): Promise<UploadState> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(LONGEST_DELAY_MS, delay * 2)) {
      try {
        const state = await act()
        if (!signal.aborted) one.stage = 'sending'
        return state
      } catch (error) {
        const passing = error instanceof RefusedError && (error.retryable || error.code === 'conflict')
        if (!passing || signal.aborted) throw error
        one.stage = 'waiting'
        await this.#port.pause(delay)
        if (signal.aborted) throw error
      }
    }
  }
}
