import { expect, test } from 'vitest'
import { RefusedError } from '@/protocol/errors'
import { Uploads, type UploadPort } from './uploads'

const CHUNK = 4
const offline = () => new RefusedError('offline', 'offline', true)

/** A server in memory that breaks when it is told to. */
class Server implements UploadPort {
  files = new Map<string, string>()
  breaks: (() => boolean)[] = []
  open = new Map<string, { path: string; size: number; text: string }>()
  most = 0
  #sending = 0
  state(upload: string) {
    const known = this.open.get(upload)
    if (!known) throw new RefusedError('not_found', 'gone')
    const { path, size, text } = known
    const placed = text.length === size
    if (placed) this.files.set(path, text)
    return { upload, offset: text.length, size, placed, chunkBytes: CHUNK }
  }
  async begin({ path, size, replace }: { path: string; size: number; replace: boolean }) {
    if (this.breaks.shift()?.()) throw offline()
    if (this.files.has(path) && !replace) throw new RefusedError('already_exists', 'taken')
    const upload = `${path} ${this.open.size}`
    this.open.set(upload, { path, size, text: '' })
    return { upload, offset: 0, size, placed: false, chunkBytes: CHUNK }
  }
  async look(upload: string) {
    if (this.breaks.shift()?.()) throw offline()
    return this.state(upload)
  }
  async send(upload: string, offset: number, part: Blob) {
    this.most = Math.max(this.most, ++this.#sending)
    const text = await part.text()
    this.#sending--
    const known = this.open.get(upload)
    if (known && offset !== known.text.length) throw new RefusedError('conflict', 'elsewhere')
    if (this.breaks.shift()?.()) {
      if (known) known.text += text.slice(0, 2) // a part of it had arrived
      throw offline()
    }
    if (known) known.text += text
    return this.state(upload)
  }
  async cancel(upload: string) {
    this.open.delete(upload)
  }
  pause = (): Promise<void> => Promise.resolve()
}

const file = (path: string, text: string) => ({ path, file: new File([text], path) })
async function settled(uploads: Uploads): Promise<void> {
  while (uploads.busy) await new Promise((resolve) => setTimeout(resolve))
}

test('files arrive whole, a few at once', async () => {
  const server = new Server()
  const uploads = new Uploads(server)
  uploads.add(Array.from({ length: 9 }, (_, n) => file(`lib/${n}`, 'abcdefghij'.repeat(n))))
  await settled(uploads)
  expect([...server.files.values()].sort()).toEqual(
    Array.from({ length: 9 }, (_, n) => 'abcdefghij'.repeat(n)).sort(),
  )
  expect(server.most).toBeLessThanOrEqual(3)
  expect(uploads.list.every((one) => one.stage === 'done' && one.sent === one.file.size)).toBe(true)
})
test.each(Array.from({ length: 64 }, (_, bits) => bits))('whatever breaks, it goes on (%i)', async (bits) => {
  const server = new Server()
  server.breaks = Array.from({ length: 6 }, (_, n) => () => Boolean(bits & (1 << n)))
  const uploads = new Uploads(server)
  uploads.add([file('a', 'the quick brown fox')])
  await settled(uploads)
  expect(server.files.get('a')).toBe('the quick brown fox')
})
test('what has the place is asked about', async () => {
  const server = new Server()
  server.files.set('a', 'old')
  const uploads = new Uploads(server)
  uploads.add([file('a', 'new')])
  await settled(uploads)
  const [one] = uploads.list
  expect(one?.stage).toBe('exists')
  if (one) uploads.again(one, { replace: true })
  await settled(uploads)
  expect(server.files.get('a')).toBe('new')
})
test('a refusal is shown and can be tried again; what is given up is gone', async () => {
  const server = new Server()
  const begin = server.begin.bind(server)
  server.begin = () => Promise.reject(new RefusedError('too_large', 'too large'))
  const uploads = new Uploads(server)
  uploads.add([file('a', 'new')])
  await settled(uploads)
  const [one] = uploads.list
  expect([one?.stage, one?.problem?.code]).toEqual(['failed', 'too_large'])
  server.begin = begin
  server.pause = () => new Promise(() => undefined)
  server.breaks = [() => false, () => true]
  if (one) uploads.again(one)
  while (uploads.list[0]?.stage !== 'waiting') await new Promise((resolve) => setTimeout(resolve))
  uploads.cancelAll()
  expect(uploads.list).toEqual([])
})
