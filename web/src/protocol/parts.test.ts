import { describe, expect, test } from 'vitest'
import { FileChangedError, FileTooLargeError, RemoteFile } from './parts'

/** A server that keeps one file, and answers parts of at most `most` bytes. */
class Server {
  tag = '"1"'
  asked = 0
  constructor(
    public bytes: Uint8Array,
    private readonly most = 4,
  ) {}

  readonly fetch = (_address: unknown, request?: RequestInit): Promise<Response> => {
    this.asked++
    const headers = new Headers(request?.headers)
    const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(headers.get('range') ?? '') ?? []
    const size = this.bytes.length
    const part = this.bytes.slice(Number(first), Math.min(Number(last) + 1, Number(first) + this.most))
    const told = {
      etag: this.tag,
      'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${size}`,
    }
    const answer = (status: number, body: BodyInit | null): Promise<Response> =>
      Promise.resolve(new Response(body, { status, headers: told }))
    if ((headers.get('if-match') ?? this.tag) !== this.tag) return answer(412, '{}')
    if (headers.get('if-none-match') === this.tag) return answer(304, null)
    if (!part.length) {
      told['content-range'] = `bytes */${size}`
      return answer(416, '{}')
    }
    return answer(206, part)
  }

  rewrite(bytes: Uint8Array): void {
    this.bytes = bytes
    this.tag = `"${Number(this.tag.slice(1, -1)) + 1}"`
  }
}
const count = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at)

describe('a file in parts', () => {
  test('comes whole, whatever the server gives at once', async () => {
    for (const size of [0, 1, 4, 5, 23]) {
      const server = new Server(count(size))
      expect([...(await new RemoteFile('x', server.fetch).whole(100))]).toEqual([...count(size)])
    }
  })
  test('is not mixed of two states', async () => {
    const server = new Server(count(23))
    const file = new RemoteFile('x', server.fetch)
    const first = await file.part(0, 4)
    expect([first.size, [...first.bytes]]).toEqual([23, [0, 1, 2, 3]])
    server.rewrite(count(23))
    await expect(file.part(4, 4)).rejects.toBeInstanceOf(FileChangedError)
  })
  test('tells whether it changed', async () => {
    const server = new Server(count(23))
    const file = new RemoteFile('x', server.fetch)
    expect(await file.changed()).toBe(true)
    await file.part(0, 4)
    expect(await file.changed()).toBe(false)
    server.rewrite(count(5))
    expect(await file.changed()).toBe(true)
  })
  test('too large a one costs one question', async () => {
    const server = new Server(count(23))
    await expect(new RemoteFile('x', server.fetch).whole(22)).rejects.toEqual(new FileTooLargeError(23))
    expect(server.asked).toBe(1)
  })
  test('without a connection it says so', async () => {
    const file = new RemoteFile('x', () => Promise.reject(new TypeError('failed')))
    await expect(file.part(0, 1)).rejects.toMatchObject({ code: 'offline' })
  })
  test('a refusal keeps its words', async () => {
    const refusing = (): Promise<Response> =>
      Promise.resolve(new Response('{"error":{"code":"not_found","message":"gone"}}', { status: 404 }))
    await expect(new RemoteFile('x', refusing).part(0, 1)).rejects.toMatchObject({
      code: 'not_found',
      message: 'gone',
    })
  })
})
