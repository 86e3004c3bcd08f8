import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { RefusedError } from '@/protocol/errors'
import { GATHER_MS, LiveText, RETRY_AFTER_MS, type Row, type SaveState } from './live'

/** A log as the server has it: rows in order, each writer's without gaps, the same row once. */
class Log {
  readonly rows: Uint8Array[] = []
  readonly last = new Map<string, number>()
  readonly kept = new Map<string, Row>()
  online = true
  refuse: RefusedError | null = null
  pages: LiveText[] = []
  states: SaveState[] = []
  held: (() => void)[] | null = null

  page(): LiveText {
    let writers = 0
    const name = `${this.pages.length}`
    const live = new LiveText({
      newWriter: () => `${name}.${++writers}`,
      send: (writer, rows) => this.#append(writer, rows),
      keep: async (writer, row) => void this.kept.set(`${writer}:${row.seq}`, row),
      drop: (writer, upTo) => {
        for (const [key, row] of this.kept)
          if (key.startsWith(`${writer}:`) && row.seq <= upTo) this.kept.delete(key)
      },
      reread: () => this.rows.forEach((row, at) => live.receive(at + 1, row)),
      online: () => this.online,
      refusal: (text) => (text.length > 1000 ? 'too large' : null),
      changed: (state) => this.states.push(state),
      now: Date.now,
    })
    this.rows.forEach((row, at) => live.receive(at + 1, row))
    this.pages.push(live)
    return live
  }

  async #append(writer: string, rows: readonly Row[]): Promise<number> {
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve))
    if (this.refuse) throw this.refuse
    for (const { seq, update } of rows) {
      const last = this.last.get(writer) ?? 0
      if (seq > last + 1) throw new RefusedError('out_of_order', 'x', true, { expected: last + 1 })
      if (seq <= last) continue
      this.last.set(writer, seq)
      this.rows.push(update)
      for (const page of this.pages)
        if (page.cursor === this.rows.length - 1) page.receive(this.rows.length, update)
    }
    return this.rows.length
  }

  get text(): string {
    const doc = new Y.Doc()
    this.rows.forEach((row) => Y.applyUpdate(doc, row))
    return doc.getText('text').toString()
  }
}

let log: Log
beforeEach(() => {
  vi.useFakeTimers()
  log = new Log()
})
afterEach(() => void vi.useRealTimers())

test('what is typed within a moment is one row, and saved means that the log has it', async () => {
  const page = log.page()
  page.text.insert(0, 'a')
  page.text.insert(1, 'b')
  expect(page.state.kind).toBe('saving')
  await vi.advanceTimersByTimeAsync(GATHER_MS)
  expect(log.rows.length).toBe(1)
  expect(log.text).toBe('ab')
  expect(page.state.kind).toBe('saved')
  expect(log.kept.size).toBe(0)
})

test('two pages type at once and end with the same text', async () => {
  const [one, other] = [log.page(), log.page()]
  one.text.insert(0, 'one ')
  other.text.insert(0, 'other ')
  await vi.advanceTimersByTimeAsync(GATHER_MS)
  expect(one.text.toString()).toBe(other.text.toString())
  expect([...one.text.toString()].sort()).toEqual([...'one other '].sort())
})

test('offline is only called kept once the browser has it, and all of it arrives afterwards', async () => {
  const page = log.page()
  log.online = false
  page.connection()
  page.text.insert(0, 'typed offline')
  expect(page.state.kind).toBe('saving')
  await vi.advanceTimersByTimeAsync(GATHER_MS)
  expect(page.state).toEqual({ kind: 'kept', changes: 1 })
  expect(log.kept.size).toBe(1)
  expect(await page.flush()).toBeNull()
  log.online = true
  page.connection()
  expect(await page.flush()).toBe(1)
  expect(log.text).toBe('typed offline')
  expect(log.kept.size).toBe(0)
})

test('what is typed while a row travels goes after it', async () => {
  const page = log.page()
  log.held = []
  page.text.insert(0, 'first')
  await vi.advanceTimersByTimeAsync(GATHER_MS)
  page.text.insert(5, ' second')
  await vi.advanceTimersByTimeAsync(GATHER_MS)
  expect(page.state.kind).toBe('saving')
  const release = log.held
  log.held = null
  release.forEach((resolve) => resolve())
  expect(await page.flush()).toBe(2)
  expect(log.text).toBe('first second')
})

test('a refusal is shown, tried again, and forgotten once it works', async () => {
  const page = log.page()
  log.refuse = new RefusedError('unavailable', 'The disk is full.', true)
  page.text.insert(0, 'kept')
  expect(await page.flush()).toBeNull()
  expect(page.state).toMatchObject({ kind: 'failed', message: 'The disk is full.' })
  log.refuse = null
  await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS)
  expect(page.state.kind).toBe('saved')
  expect(log.text).toBe('kept')
})

test('a text that is too large is not sent until it is shorter', async () => {
  const page = log.page()
  page.text.insert(0, 'x'.repeat(1001))
  expect(await page.flush()).toBeNull()
  expect(page.state).toMatchObject({ kind: 'failed', message: 'too large' })
  page.text.delete(0, 10)
  expect(await page.flush()).toBe(2)
  expect(log.text.length).toBe(991)
})

test('a log that was restored from an older copy gets back what it lacks', async () => {
  const page = log.page()
  page.text.insert(0, 'old ')
  await page.flush()
  page.text.insert(4, 'new ')
  await page.flush()
  log.rows.pop()
  log.last.set('0.1', 1)
  page.text.insert(8, 'newest')
  expect(await page.flush()).not.toBeNull()
  expect(log.text).toBe('old new newest')
})

test('a row that cannot be read hurts nobody', () => {
  const page = log.page()
  expect(page.receive(1, new Uint8Array([255, 255, 255, 255]))).toBe(false)
  expect(page.receive(2, new Uint8Array())).toBe(true)
  expect(page.cursor).toBe(2)
})
