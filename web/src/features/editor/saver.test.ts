import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RefusedError } from '@/protocol/errors'
import { Saver, SAVE_AFTER_MS, type Draft } from './saver'

let text: string
let draft: Draft | null
let server: { revision: string; text: string }
let online: boolean
let saver: Saver

async function save(base: string, next: string): Promise<string> {
  if (!online) throw new RefusedError('offline', 'offline', true)
  if (base !== server.revision)
    throw new RefusedError('conflict', 'x', false, {
      currentRevision: server.revision,
      currentText: server.text,
    })
  server = { revision: `r${Number(server.revision.slice(1)) + 1}`, text: next }
  return server.revision
}
beforeEach(() => {
  vi.useFakeTimers()
  text = 'a'
  draft = null
  online = true
  server = { revision: 'r1', text: 'a' }
  saver = new Saver('r1', 'a', {
    save,
    text: () => text,
    drafts: { get: () => draft, set: (next) => (draft = next) },
    changed: () => undefined,
    now: Date.now,
  })
})
afterEach(() => (saver.stop(), vi.useRealTimers()))
const type = (next: string): void => ((text = next), saver.touch())

test('every pause saves once, with the last text', async () => {
  type('ab')
  type('abc')
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS)
  expect(server).toEqual({ revision: 'r2', text: 'abc' })
  expect(saver.state.kind).toBe('saved')
  expect(draft).toBeNull()
})

test('text typed offline is kept on the device and sent when it can be', async () => {
  online = false
  type('abc')
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS)
  expect(saver.state.kind).toBe('failed')
  expect(draft).toEqual({ base: 'r1', text: 'abc' })
  online = true
  expect(await saver.flush()).toBe('r2')
  expect(server.text).toBe('abc')
  expect(draft).toBeNull()
})

test('a conflict overwrites nothing and keeps both texts until a person chooses', async () => {
  server = { revision: 'r7', text: 'theirs' }
  type('mine')
  expect(await saver.flush()).toBeNull()
  expect(saver.state).toEqual({ kind: 'conflict', theirs: { revision: 'r7', text: 'theirs' } })
  expect(server.text).toBe('theirs')
  expect(draft?.text).toBe('mine')
  expect(await saver.keepMine()).toBe('r8')
  expect(server.text).toBe('mine')
})

test('a change from elsewhere is shown when nothing is unsaved, and a conflict when something is', () => {
  expect(saver.theirs({ revision: 'r2', text: 'b' })).toBe('b')
  text = 'b'
  type('mine')
  expect(saver.theirs({ revision: 'r3', text: 'c' })).toBeNull()
  expect(saver.state.kind).toBe('conflict')
  expect(saver.takeTheirs()).toBe('c')
  expect(saver.revision).toBe('r3')
})

test('what is typed while a save travels is saved too', async () => {
  type('one')
  const flushing = saver.flush()
  text = 'two'
  await flushing
  expect(server.text).toBe('two')
})

test('a choice made while an older save is still on its way stands', async () => {
  server = { revision: 'r2', text: 'theirs' }
  type('mine')
  const older = saver.flush()
  expect(saver.theirs({ ...server })).toBeNull()
  expect(saver.state.kind).toBe('conflict')
  const chosen = saver.keepMine()
  await Promise.all([older, chosen])
  expect(saver.state.kind).toBe('saved')
  expect(server.text).toBe('mine')
})
