/**
 * One followed run: output by offset with credit, typing that is never lost nor doubled, attach again after every gap.
 *
 * Bytes reach the sink in order and exactly once; what the server dropped is told by `gap`.
 */
import { MAX_INPUT_PAYLOAD, type RunSnapshot } from '@/protocol/generated'
import { droppedBytes, type Frame } from '@/protocol/frames'
import type { Wire } from '@/protocol/socket'

export interface Sink {
  /** `done` is called once the bytes are dealt with. */
  write(bytes: Uint8Array, done: () => void): void
  gap(dropped: number): void
}

export const ACK_EVERY_BYTES = 64 * 1024

export class RunSession {
  readonly run: string
  onSnapshot: (snapshot: RunSnapshot) => void = () => undefined
  onGone: () => void = () => undefined
  ended = false
  #wire: Wire
  #sink: Sink
  #channel: number | null = null
  #received = 0
  #shown = 0
  #acked = 0
  #typed: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #typedAt = 0
  #attaching = false
  #early: Frame[] = []

  constructor(wire: Wire, run: string, sink: Sink) {
    this.#wire = wire
    this.run = run
    this.#sink = sink
  }

  get received(): number {
    return this.#received
  }

  async attach(): Promise<void> {
    if (this.#attaching) return
    this.#attaching = true
    this.#channel = null
    this.#early = []
    try {
      const answer = await this.#wire.request<'run.attach'>({
        type: 'run.attach',
        run: this.run,
        offset: this.#received,
      })
      this.#channel = answer.channel
      this.#acked = this.#received
      this.#resume(answer.inputOffset)
      this.onSnapshot(answer.snapshot)
      for (const frame of this.#early.splice(0)) this.frame(frame)
    } catch {
      this.onGone()
    } finally {
      this.#attaching = false
    }
  }

  detach(): void {
    if (this.#channel !== null && this.#wire.status === 'online') {
      this.#wire.request<'run.detach'>({ type: 'run.detach', run: this.run }).catch(() => undefined)
    }
    this.#channel = null
  }

  /** Stops taking output; whoever calls attaches to the run in another way, which ends this one. */
  yieldTo(): void {
    this.#channel = null
  }

  frame(frame: Frame): void {
    if (this.#attaching && this.#channel === null) this.#early.push(frame)
    else if (frame.channel === this.#channel) this.#known(frame)
  }

  type(text: string): void {
    const bytes = new TextEncoder().encode(text)
    const all = new Uint8Array(this.#typed.length + bytes.length)
    all.set(this.#typed)
    all.set(bytes, this.#typed.length)
    const from = this.#typedAt + this.#typed.length
    this.#typed = all
    this.#send(from)
  }

  #known(frame: Frame): void {
    switch (frame.kind) {
      case 'OUTPUT':
        this.#output(frame)
        break
      case 'GAP':
        this.#sink.gap(droppedBytes(frame))
        this.#received = this.#shown = this.#acked = frame.offset
        break
      case 'INPUT_ACK':
        this.#inputTaken(frame.offset)
        break
      case 'INPUT':
      case 'ACK':
        break
    }
  }

  #output(frame: Frame): void {
    if (frame.payload.length === 0) {
      this.ended = true
      return
    }
    const skip = this.#received - frame.offset
    if (skip < 0) {
      void this.attach()
      return
    }
    const bytes = frame.payload.subarray(skip)
    const start = frame.offset + skip
    this.#received = Math.max(this.#received, start + bytes.length)
    if (bytes.length) this.#sink.write(bytes, () => this.#dealtWith(start + bytes.length))
  }

  #dealtWith(offset: number): void {
    this.#shown = Math.max(this.#shown, offset)
    const behind = this.#shown - this.#acked
    if (this.#channel === null || behind <= 0 || (behind < ACK_EVERY_BYTES && this.#shown < this.#received))
      return
    const sent = this.#wire.sendFrame({
      kind: 'ACK',
      channel: this.#channel,
      offset: this.#shown,
      payload: new Uint8Array(0),
    })
    if (sent) this.#acked = this.#shown
  }

  #inputTaken(offset: number): void {
    if (offset < this.#typedAt) return
    this.#typed = this.#typed.slice(offset - this.#typedAt)
    this.#typedAt = offset
  }

  /** After attach: what the server has is dropped here, the rest is sent again. */
  #resume(offset: number): void {
    if (offset >= this.#typedAt + this.#typed.length || offset < this.#typedAt) {
      this.#typed = offset < this.#typedAt ? this.#typed : new Uint8Array(0)
      this.#typedAt = offset
    } else this.#inputTaken(offset)
    this.#send(this.#typedAt)
  }

  #send(from: number): void {
    if (this.#channel === null) return
    for (let at = from - this.#typedAt; at < this.#typed.length; at += MAX_INPUT_PAYLOAD) {
      const payload = this.#typed.slice(at, at + MAX_INPUT_PAYLOAD)
      this.#wire.sendFrame({ kind: 'INPUT', channel: this.#channel, offset: this.#typedAt + at, payload })
    }
  }
}
