/** What people do to files: make, rename, delete with ten seconds to change one's mind, copy. */
import { reactive } from 'vue'
import { freeName, isIn, nameOf } from '@/features/workspace'
import { RefusedError } from '@/protocol/errors'
import { t, type Key } from '@/i18n'
import { announce, notify } from '@/ui/announcer'
import { wire } from '../connection'
import type { Tree } from './trees'
import type { useDocuments } from './documents'

const UNDO_MS = 10_000

export function useFiles(main: string, own: () => Tree | null, documents: ReturnType<typeof useDocuments>) {
  /** Deleted in the page, not yet on the server. */
  const hidden = reactive(new Set<string>())
  const pending = new Map<string, () => Promise<void>>()

  function failed(error: unknown, name: string): void {
    const code = error instanceof RefusedError ? error.code : 'internal'
    const known: Partial<Record<string, Key>> = {
      invalid_name: 'files.error.invalid_name',
      already_exists: 'files.error.already_exists',
      read_only: 'files.error.read_only',
      not_found: 'files.error.not_found',
    }
    notify(
      t(known[code] ?? 'files.error.other', { name, message: error instanceof Error ? error.message : '' }),
    )
  }

  async function settle(): Promise<void> {
    await Promise.all([...pending.values()].map((remove) => remove()))
  }

  async function create(path: string, folder = false, text = ''): Promise<void> {
    try {
      await settle()
      await wire.request<'file.create'>({ type: 'file.create', workspace: main, path, folder, text })
      announce(t('files.created', { name: nameOf(path) }))
      if (!folder) await documents.open(main, path)
    } catch (error) {
      failed(error, nameOf(path))
    }
  }

  async function rename(source: string, target: string): Promise<void> {
    try {
      await settle()
      await documents.flush(main)
      await wire.request<'file.rename'>({ type: 'file.rename', workspace: main, source, target })
      documents.renamed(main, source, target)
    } catch (error) {
      failed(error, nameOf(target))
    }
  }

  function remove(path: string): void {
    const name = nameOf(path)
    hidden.add(path)
    const closing = documents.docs
      .filter((doc) => doc.workspace === main && isIn(doc.path, path))
      .map((doc) => doc.path)
    const closed = Promise.all(closing.map((other) => documents.close(`${main}:${other}`)))
    const act = async (): Promise<void> => {
      pending.delete(path)
      dismiss()
      try {
        await closed
        await wire.request<'file.delete'>({ type: 'file.delete', workspace: main, path })
      } catch (error) {
        failed(error, name)
      }
      hidden.delete(path)
    }
    const undo = (): void => {
      pending.delete(path)
      hidden.delete(path)
      for (const other of closing) void documents.open(main, other)
      announce(t('files.restored', { name }))
    }
    pending.set(path, act)
    const dismiss = notify(t('files.deleted', { name }), {
      ms: UNDO_MS,
      action: { label: t('files.undo'), act: undo },
      gone: () => void act(),
    })
  }

  async function copyHere(tree: Tree, path: string): Promise<void> {
    try {
      const { text } = await wire.request<'document.load'>({
        type: 'document.load',
        workspace: tree.summary.workspace,
        path,
      })
      const target = freeName(nameOf(path), (name) => own()?.entries.has(name) ?? false)
      await create(target, false, text)
      notify(t('files.copied', { name: target }))
    } catch (error) {
      failed(error, nameOf(path))
    }
  }
  addEventListener('pagehide', () => void settle())
  return { hidden, create, rename, remove, copyHere, settle }
}
