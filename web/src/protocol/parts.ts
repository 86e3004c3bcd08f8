/** Files of any size, part by part; every part says which state of the file it belongs to. */
import { RefusedError } from './errors'
import { refusal } from './http'

export interface Part {
  bytes: Uint8Array<ArrayBuffer>
  /** Of the whole file. */
  size: number
  tag: string
}

/** The file is another one than at the first part. */
export class FileChangedError extends Error {}

/** The file is larger than what is asked for in one piece. */
export class FileTooLargeError extends Error {
  constructor(readonly size: number) {
    super('too large')
  }
}

const ENOUGH = 4 << 20

/** One file as the server has it. The first part read fixes its state; later parts of another state are refused. */
export class RemoteFile {
  tag: string | null = null

  constructor(
    private readonly address: string,
    private readonly fetcher: typeof fetch = (...request) => fetch(...request),
  ) {}

  /** At most `length` bytes from `start`, none behind the end. */
  async part(start: number, length: number): Promise<Part> {
    const response = await this.ask(start, length, this.tag === null ? {} : { 'if-match': this.tag })
    if (response.status === 412) throw new FileChangedError('changed')
    const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)
    if (response.status !== 416 && response.status !== 206)
      throw refusal(await response.text(), response.statusText)
    this.tag = response.headers.get('etag') ?? ''
    const bytes = new Uint8Array(response.status === 416 ? [] : await response.arrayBuffer())
    return { bytes, size, tag: this.tag }
  }

  /** Whether the file is in another state than at the first part; true if nothing was read yet. */
  async changed(): Promise<boolean> {
    if (this.tag === null) return true
    const response = await this.ask(0, 1, { 'if-none-match': this.tag })
    if (response.status === 304) return false
    if (response.status === 206 || response.status === 416) return true
    throw refusal(await response.text(), response.statusText)
  }

  /** All of it, if it has at most `limit` bytes. */
  async whole(limit: number, progress: (share: number) => void = () => undefined): Promise<Uint8Array> {
    const first = await this.part(0, ENOUGH)
    if (first.size > limit) throw new FileTooLargeError(first.size)
    const all = new Uint8Array(first.size)
    all.set(first.bytes)
    for (let at = first.bytes.length; at < all.length;) {
      progress(at / all.length)
      const { bytes } = await this.part(at, ENOUGH)
      if (!bytes.length) throw new FileChangedError('changed')
      all.set(bytes, at)
      at += bytes.length
    }
    return all
  }

  private async ask(start: number, length: number, condition: Record<string, string>): Promise<Response> {
    try {
      return await this.fetcher(this.address, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { range: `bytes=${start}-${start + length - 1}`, ...condition },
      })
    } catch {
      throw new RefusedError('offline', 'offline', true)
    }
  }
}
