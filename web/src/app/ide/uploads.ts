/** Uploads of the page: what is on its way, and where it goes. */
import { onScopeDispose } from 'vue'
import { freeName, join, Uploads, type Incoming, type UploadPort } from '@/features/workspace'
import { RefusedError } from '@/protocol/errors'
import { uploads as http } from '@/protocol/http'
import { notify } from '@/ui/announcer'
import { wire } from '../connection'
import { refusalText } from './refusals'
import type { Tree } from './trees'

function portTo(workspace: string): UploadPort {
  return {
    begin: (upload) => http.begin(workspace, upload),
    look: (upload) => http.look(workspace, upload),
    send: (upload, offset, part, signal) => http.send(workspace, upload, offset, part, signal),
    cancel: (upload) => http.cancel(workspace, upload),
    pause: (ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          removeEventListener('online', done)
          resolve()
        }
        const timer = setTimeout(done, ms)
        addEventListener('online', done)
      }),
  }
}

export function useUploads(workspace: string, own: () => Tree | null) {
  const uploads = new Uploads(portTo(workspace))
  const taken = (path: string): boolean => own()?.entries.has(path) ?? false

  /** Takes files and the folders they lie in; a picture that was pasted gets a free name. */
  async function add(files: readonly Incoming[], folders: readonly string[], to: string): Promise<void> {
    const holding = new Set(files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))
    for (const folder of folders.filter((one) => !holding.has(one) && !taken(join(to, one)))) {
      try {
        const path = join(to, folder)
        await wire.request<'file.create'>({ type: 'file.create', workspace, path, folder: true, text: '' })
      } catch (error) {
        const known = error instanceof RefusedError && error.code === 'already_exists'
        if (!known) notify(refusalText(error, folder))
      }
    }
    uploads.add(files.map(({ path, file }) => ({ path: join(to, path), file })))
  }

  const paste = (files: readonly Incoming[], to: string): Promise<void> =>
    add(
      files.map(({ path, file }) => ({ path: freeName(path, (name) => taken(join(to, name))), file })),
      [],
      to,
    )

  /** For everything whose place is taken. */
  function settle(how: 'replace' | 'both' | 'skip'): void {
    for (const one of uploads.list.filter((other) => other.stage === 'exists')) {
      if (how === 'skip') uploads.cancel(one)
      else if (how === 'replace') uploads.again(one, { replace: true })
      else uploads.again(one, { path: freeName(one.path, (path) => path === one.path || taken(path)) })
    }
  }

  const warn = (event: BeforeUnloadEvent): void => void (uploads.busy && event.preventDefault())
  addEventListener('beforeunload', warn)
  onScopeDispose(() => removeEventListener('beforeunload', warn))
  return { uploads, add, paste, settle }
}
