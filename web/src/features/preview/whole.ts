/** Files that are shown as a whole: read at once, read again when a program rewrote them. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { RefusedError } from '@/protocol/errors'
import { FileChangedError, FileTooLargeError, RemoteFile } from '@/protocol/parts'
import type { Problem } from './PreviewNote.vue'

/** The bytes are not what they should be; the message says where. */
export class BrokenFileError extends Error {}

const TRIES = 3

export interface Shown {
  address: string
  name: string
  /** Another object whenever the file may be another one. */
  version: unknown
}

/** What `make` makes of the file's bytes, kept until the next version is made. */
export function useWhole<T>(props: Shown, limit: number, make: (bytes: Uint8Array) => T | Promise<T>) {
  const value = shallowRef<T | null>(null)
  const problem = ref<Problem | null>(null)
  const detail = ref('')
  const empty = ref(false)
  let file: RemoteFile | null = null
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    for (let attempt = 1; ; attempt++) {
      try {
        file = new RemoteFile(props.address)
        const bytes = await file.whole(limit)
        const made = bytes.length ? await make(bytes) : null
        if (mine !== turn) return
        value.value = made
        empty.value = !bytes.length
        problem.value = null
        return
      } catch (error) {
        if (mine !== turn) return
        if (error instanceof FileChangedError && attempt < TRIES) continue
        return fail(error)
      }
    }
  }
  function fail(error: unknown): void {
    detail.value = error instanceof Error ? error.message : ''
    problem.value = problemOf(error)
  }
  async function revise(): Promise<void> {
    try {
      if (problem.value || !file || (await file.changed())) await load()
    } catch (error) {
      // What cannot be asked for anew stays: the page says elsewhere that it is offline, or the file gone.
      if (value.value === null || !(error instanceof RefusedError)) fail(error)
    }
  }
  watch(() => props.address, load, { immediate: true })
  watch(() => props.version, revise)
  onScopeDispose(() => turn++)
  return { value, problem, detail, empty, load }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof FileChangedError) return 'unsettled'
  if (error instanceof FileTooLargeError) return 'tooLarge'
  if (error instanceof RefusedError) return error.code === 'offline' ? 'offline' : 'refused'
  if (error instanceof BrokenFileError) return 'broken'
  throw error
}
