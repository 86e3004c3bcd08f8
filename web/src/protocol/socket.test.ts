import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reconnectDelay, Wire, type SocketLike } from './socket'

class FakeSocket implements SocketLike {
  binaryType = ''
  readyState = 1
  onopen: SocketLike['onopen'] = null
  onclose: SocketLike['onclose'] = null
  onmessage: SocketLike['onmessage'] = null
  sent: Record<string, unknown>[] = []
  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.sent.push(JSON.parse(data) as Record<string, unknown>)
  }
  close(): void {}
  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  welcomes(streams: Record<string, string> = {}): void {
    this.onopen?.(undefined as never)
    const hello = this.sent.find((message) => message.type === 'connection.hello')
    this.says({ type: 'reply.ok', re: hello?.requestId, result: { streams } })
  }
}

let sockets: FakeSocket[]
let wire: Wire
const STREAM = `workspace:${'a'.repeat(32)}`
const event = (seq: number) => ({ type: 'workspace.changed', stream: STREAM, seq, upserted: [], removed: [] })

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  wire = new Wire({
    client: 'c',
    random: () => 0,
    open: () => (sockets.push(new FakeSocket()), sockets.at(-1) as FakeSocket),
  })
  wire.connect()
})
afterEach(() => (wire.close(), vi.useRealTimers()))

test('a command lost with the connection is sent again under the same id, and answered once', async () => {
  sockets[0]?.welcomes()
  const answer = wire.request<'run.stop'>({ type: 'run.stop', run: 'r' })
  const first = sockets[0]?.sent.at(-1)
  sockets[0]?.onclose?.({ code: 1006 })
  expect(wire.status).toBe('offline')
  vi.advanceTimersByTime(8000)
  sockets[1]?.welcomes()
  expect(sockets[1]?.sent.at(-1)).toEqual(first)
  sockets[1]?.says({ type: 'reply.ok', re: first?.requestId, result: { done: true } })
  await expect(answer).resolves.toEqual({ done: true })
})

test('hello resumes from the last event; doubles are dropped and a gap asks for a snapshot', () => {
  const seen: number[] = []
  const stale: string[] = []
  wire.onEvent = (heard) => seen.push(heard.seq)
  wire.onStale = (stream) => stale.push(stream)
  sockets[0]?.welcomes()
  wire.follow(STREAM, 4)
  for (const seq of [4, 5, 5, 6]) sockets[0]?.says(event(seq))
  expect(seen).toEqual([5, 6])
  sockets[0]?.says(event(8))
  expect(stale).toEqual([STREAM])
  sockets[0]?.onclose?.({ code: 1006 })
  vi.advanceTimersByTime(8000)
  sockets[1]?.welcomes({ [STREAM]: 'snapshot' })
  expect(sockets[1]?.sent[0]?.resume).toEqual({ [STREAM]: 6 })
  expect(stale).toEqual([STREAM, STREAM])
})

test('two unanswered pings are a lost connection', () => {
  sockets[0]?.welcomes()
  vi.advanceTimersByTime(46_000)
  expect(wire.status).toBe('offline')
})

test('the delay grows, stays bounded and is spread', () => {
  expect(reconnectDelay(0, () => 0)).toBe(150)
  expect(reconnectDelay(0, () => 1)).toBe(300)
  expect(reconnectDelay(50, () => 1)).toBe(8000)
})

test('what is asked while the welcome is handled leaves once', () => {
  wire.onWelcome = () => void wire.request<'run.stop'>({ type: 'run.stop', run: 'r' })
  sockets[0]?.welcomes()
  expect(sockets[0]?.sent.filter((message) => message.type === 'run.stop')).toHaveLength(1)
})

test('a socket that never welcomes is given up, and the next one is tried', () => {
  vi.advanceTimersByTime(10_000)
  expect(wire.status).toBe('offline')
  vi.advanceTimersByTime(300)
  sockets[1]?.welcomes()
  vi.advanceTimersByTime(20_000)
  expect(wire.status).toBe('online')
})
