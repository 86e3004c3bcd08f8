/**
 * The one socket of a tab: hello with resume, commands that survive a reconnect, events without gaps, binary frames.
 *
 * It knows nothing of Vue. A command stays pending until it is answered; after a reconnect it is sent again under the
 * same id, and the server answers it without doing it twice.
 */
import { decodeFrame, encodeFrame, type Frame } from './frames'
import { RefusedError } from './errors'
import {
  SUPPORTED,
  type AnyCommand,
  type AnyEvent,
  type Reply,
  type Results,
  type Welcome,
} from './generated'

export type Status = 'connecting' | 'online' | 'offline' | 'crowded' | 'signed_out' | 'outdated'
export type CommandType = AnyCommand['type']
export type CommandOf<T extends CommandType> = Omit<Extract<AnyCommand, { type: T }>, 'requestId'>

/** The part of WebSocket that is used, so that tests bring their own. */
export interface SocketLike {
  binaryType: string
  readyState: number
  onopen: ((event: never) => void) | null
  onclose: ((event: { code: number }) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(): void
}

export interface WireOptions {
  client: string
  open: () => SocketLike
  /** 0 to 1; only tests bring their own. */
  random?: () => number
}

interface Pending {
  command: AnyCommand
  resolve: (result: never) => void
  reject: (reason: RefusedError) => void
}

const PING_EVERY_MS = 15_000
/** From opening to welcome. Without it a network that swallows everything would keep the page waiting for minutes. */
const WELCOME_WITHIN_MS = 10_000
const FIRST_DELAY_MS = 300
const LONGEST_DELAY_MS = 8_000
const CLOSE_NOT_SIGNED_IN = 4401
const CLOSE_UNSUPPORTED = 4426
const CLOSE_TOO_MANY = 4429

/** Full jitter between half and all of a doubling delay: a class does not come back in one instant. */
export function reconnectDelay(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
  return ceiling * (0.5 + random() / 2)
}

export class Wire {
  onStatus: (status: Status) => void = () => undefined
  onWelcome: (welcome: Welcome) => void = () => undefined
  onEvent: (event: AnyEvent) => void = () => undefined
  onFrame: (frame: Frame) => void = () => undefined
  /** The stream's events have a gap: ask for a snapshot. */
  onStale: (stream: string) => void = () => undefined
  status: Status = 'connecting'

  readonly #options: WireOptions
  readonly #pending = new Map<string, Pending>()
  readonly #lastSeq = new Map<string, number>()
  #socket: SocketLike | null = null
  #attempt = 0
  #counter = 0
  #missedPongs = 0
  #heartbeat: ReturnType<typeof setInterval> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: WireOptions) {
    this.#options = options
  }

  connect(): void {
    if (this.#closed || this.#socket) return
    clearTimeout(this.#retry)
    const socket = this.#options.open()
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.#greet(socket)
    socket.onmessage = (event) => this.#received(socket, event.data)
    socket.onclose = (event) => this.#lost(socket, event.code)
    this.#socket = socket
    this.#deadline = setTimeout(() => this.#giveUp(), WELCOME_WITHIN_MS)
  }

  /** The network is back, or the tab is looked at again: do not wait for the timer. */
  hurry(): void {
    if (this.status === 'online') this.#beat()
    else this.connect()
  }

  close(): void {
    this.#closed = true
    this.pause()
  }

  /** Lets go of the server until `connect` is called. */
  pause(): void {
    clearTimeout(this.#retry)
    this.#socket?.close()
    this.#drop()
    this.#become('connecting')
  }

  /** Keeps count of a stream from the snapshot's `seq` on. */
  follow(stream: string, seq: number): void {
    this.#lastSeq.set(stream, seq)
  }

  unfollow(stream: string): void {
    this.#lastSeq.delete(stream)
  }

  request<T extends CommandType>(command: CommandOf<T>): Promise<Results[T]> {
    const requestId = `c${++this.#counter}`
    return new Promise((resolve, reject) => {
      const whole = { ...command, requestId } as unknown as AnyCommand
      this.#pending.set(requestId, { command: whole, resolve: resolve as (result: never) => void, reject })
      if (this.status === 'online') this.#socket?.send(JSON.stringify(whole))
    })
  }

  /** Tells whether the frame left; frames are never kept, offsets make them repeatable. */
  sendFrame(frame: Frame): boolean {
    if (this.status !== 'online' || !this.#socket) return false
    this.#socket.send(encodeFrame(frame))
    return true
  }

  #greet(socket: SocketLike): void {
    const resume = Object.fromEntries(
      [...this.#lastSeq].filter(([stream]) => stream.startsWith('workspace:')),
    )
    const hello = {
      type: 'connection.hello',
      requestId: `h${++this.#counter}`,
      client: this.#options.client,
      versions: [...SUPPORTED],
      resume,
    }
    socket.send(JSON.stringify(hello))
  }

  #received(socket: SocketLike, data: unknown): void {
    if (socket !== this.#socket) return
    this.#missedPongs = 0
    if (data instanceof ArrayBuffer) {
      const frame = decodeFrame(data)
      if (frame) this.onFrame(frame)
      return
    }
    const message = JSON.parse(String(data)) as Reply | AnyEvent
    if (message.type === 'reply.ok' || message.type === 'reply.error') this.#answered(message)
    else this.#event(message)
  }

  #answered(reply: Reply): void {
    if (reply.re?.startsWith('h')) {
      if (reply.type === 'reply.ok') this.#welcomed(reply.result as Welcome)
      return
    }
    const pending = reply.re === null ? undefined : this.#pending.get(reply.re)
    if (!pending || reply.re === null) return
    this.#pending.delete(reply.re)
    if (reply.type === 'reply.ok') pending.resolve(reply.result as never)
    else pending.reject(RefusedError.of(reply.error))
  }

  #welcomed(welcome: Welcome): void {
    this.#attempt = 0
    clearTimeout(this.#deadline)
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY_MS)
    this.#become('online')
    for (const { command } of this.#pending.values()) this.#socket?.send(JSON.stringify(command))
    this.onWelcome(welcome)
    for (const [stream, mode] of Object.entries(welcome.streams)) if (mode !== 'replay') this.onStale(stream)
  }

  #event(event: AnyEvent): void {
    if (event.type === 'stream.reset') {
      this.onStale(event.stream)
      return
    }
    const last = this.#lastSeq.get(event.stream)
    if (last !== undefined) {
      if (event.seq <= last) return
      if (event.seq > last + 1) {
        this.onStale(event.stream)
        return
      }
      this.#lastSeq.set(event.stream, event.seq)
    }
    this.onEvent(event)
  }

  #beat(): void {
    if (this.#missedPongs++ >= 2) return this.#giveUp()
    const ping = { type: 'connection.ping', requestId: `p${++this.#counter}` }
    this.#socket?.send(JSON.stringify(ping))
  }

  #giveUp(): void {
    this.#socket?.close()
    this.#lost(this.#socket, 0)
  }

  #lost(socket: SocketLike | null, code: number): void {
    if (socket !== this.#socket) return
    this.#drop()
    if (this.#closed) return
    if (code === CLOSE_NOT_SIGNED_IN) this.#end('signed_out')
    else if (code === CLOSE_UNSUPPORTED) this.#end('outdated')
    else {
      this.#become(code === CLOSE_TOO_MANY ? 'crowded' : 'offline')
      this.#retry = setTimeout(
        () => this.connect(),
        reconnectDelay(this.#attempt++, this.#options.random ?? Math.random),
      )
    }
  }

  #end(status: Status): void {
    this.#closed = true
    this.#become(status)
  }

  #drop(): void {
    clearInterval(this.#heartbeat)
    clearTimeout(this.#deadline)
    this.#socket = null
    this.#missedPongs = 0
  }

  #become(status: Status): void {
    if (this.status === status) return
    this.status = status
    this.onStatus(status)
  }
}
