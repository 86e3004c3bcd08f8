/** What people do to files: make, rename, move, duplicate, delete with a way back, copy, download. */
import { freeName, isIn, join, nameOf, outermost, parentOf } from '@/features/workspace'
import { RefusedError } from '@/protocol/errors'
import type { RefusedPath } from '@/protocol/generated'
import { archiveAddress, fileAddress } from '@/protocol/http'
import { t } from '@/i18n'
import { announce, notify } from '@/ui/announcer'
import { wire } from '../connection'
import type { Tree } from './trees'
import type { useDocuments } from './documents'
import { refusalText } from './refusals'

const UNDO_MS = 10_000
/** Longer addresses are cut by some servers in between. */
const MAX_ADDRESS = 7_000
/** Half of what one command may name. */
const AT_ONCE = 500

/** Asks for a long list in several commands, one after the other. */
async function inParts<T, R>(list: readonly T[], ask: (some: T[]) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let at = 0; at < list.length; at += AT_ONCE) answers.push(await ask(list.slice(at, at + AT_ONCE)))
  return answers
}

export function useFiles(main: string, own: () => Tree | null, documents: ReturnType<typeof useDocuments>) {
  const failed = (error: unknown, name: string): void => void notify(refusalText(error, name))
  const taken = (path: string): boolean => own()?.entries.has(path) ?? false

  /** Says what was not done; true if that was all of it. */
  function someRefused(refused: readonly RefusedPath[], asked: number): boolean {
    const first = refused[0]
    if (!first) return false
    const error = new RefusedError(
      first.code as RefusedError['code'],
      first.message,
      false,
      first.details ?? {},
    )
    const text = refusalText(error, nameOf(first.path))
    notify(refused.length === 1 ? text : t('files.someRefused', { n: refused.length, of: asked, text }))
    return refused.length === asked
  }

  async function create(path: string, folder = false, text = ''): Promise<void> {
    try {
      await wire.request<'file.create'>({ type: 'file.create', workspace: main, path, folder, text })
      announce(t('files.created', { name: nameOf(path) }))
      if (!folder) await documents.open(main, path)
    } catch (error) {
      failed(error, nameOf(path))
    }
  }

  async function rename(source: string, target: string): Promise<void> {
    try {
      await documents.flush(main)
      await wire.request<'file.rename'>({ type: 'file.rename', workspace: main, source, target })
      documents.renamed(main, source, target)
    } catch (error) {
      failed(error, nameOf(target))
    }
  }

  /** Moves, and returns what really went. */
  async function moveAll(paths: readonly string[], folder: string): Promise<string[]> {
    await documents.flush(main)
    const answers = await inParts(paths, (some) =>
      wire.request<'file.move'>({ type: 'file.move', workspace: main, paths: some, folder }),
    )
    const refused = answers.flatMap((answer) => answer.refused)
    someRefused(refused, paths.length)
    const went = paths.filter((path) => !refused.some((one) => one.path === path))
    for (const path of went) documents.renamed(main, path, join(folder, nameOf(path)))
    return went
  }

  async function move(chosen: readonly string[], folder: string): Promise<void> {
    const paths = outermost(chosen).filter((path) => parentOf(path) !== folder)
    if (!paths.length) return
    try {
      const went = await moveAll(paths, folder)
      if (!went.length) return
      const undo = async (): Promise<void> => {
        for (const home of new Set(went.map(parentOf)))
          await moveAll(
            went.filter((path) => parentOf(path) === home).map((path) => join(folder, nameOf(path))),
            home,
          ).catch((error: unknown) => failed(error, nameOf(home)))
      }
      const to = nameOf(folder) || t('files.top')
      const text =
        went.length === 1
          ? t('files.movedOne', { name: nameOf(went[0] ?? ''), to })
          : t('files.movedMany', { n: went.length, to })
      notify(text, { ms: UNDO_MS, action: { label: t('files.undo'), act: () => void undo() } })
    } catch (error) {
      failed(error, nameOf(paths[0] ?? ''))
    }
  }

  async function duplicate(chosen: readonly string[]): Promise<void> {
    const made = new Set<string>()
    const copies = outermost(chosen).map((source) => {
      const target = freeName(source, (path) => path === source || taken(path) || made.has(path))
      made.add(target)
      return { source, target }
    })
    try {
      await documents.flush(main)
      const answers = await inParts(copies, (some) =>
        wire.request<'file.copy'>({ type: 'file.copy', workspace: main, copies: some }),
      )
      const refused = answers.flatMap((answer) => answer.refused)
      if (!someRefused(refused, copies.length))
        announce(t('files.duplicated', { name: nameOf(copies[0]?.target ?? '') }))
    } catch (error) {
      failed(error, nameOf(copies[0]?.source ?? ''))
    }
  }

  async function remove(chosen: readonly string[]): Promise<void> {
    const paths = outermost(chosen)
    const closing = documents.docs
      .filter((doc) => doc.workspace === main && paths.some((path) => isIn(doc.path, path)))
      .map((doc) => doc.path)
    try {
      await Promise.all(closing.map((path) => documents.close(`${main}:${path}`)))
      const answers = await inParts(paths, (some) =>
        wire.request<'bin.put'>({ type: 'bin.put', workspace: main, paths: some }),
      )
      const items = answers.flatMap((answer) => answer.items)
      const refused = answers.flatMap((answer) => answer.refused)
      someRefused(refused, paths.length)
      if (!items.length) return
      const undo = async (): Promise<void> => {
        if ((await restore(items.map((item) => item.item))).length)
          for (const path of closing) void documents.open(main, path)
      }
      const text =
        items.length === 1
          ? t('files.deleted', { name: nameOf(items[0]?.path ?? '') })
          : t('files.deletedMany', { n: items.length })
      notify(text, { ms: UNDO_MS, action: { label: t('files.undo'), act: () => void undo() } })
    } catch (error) {
      failed(error, nameOf(paths[0] ?? ''))
    }
  }

  /** Takes things out of the bin; returns where they are now. */
  async function restore(items: readonly string[]): Promise<readonly string[]> {
    try {
      const answers = await inParts(items, (some) =>
        wire.request<'bin.restore'>({ type: 'bin.restore', workspace: main, items: some }),
      )
      const places = answers.flatMap((answer) => answer.places)
      someRefused(
        answers.flatMap((answer) => answer.refused),
        items.length,
      )
      const [first] = places
      if (places.length > 1) announce(t('files.restoredMany', { n: places.length }))
      else if (first) announce(t('files.restored', { name: nameOf(first) }))
      return places
    } catch (error) {
      failed(error, t('bin.title'))
      return []
    }
  }

  function download(workspace: string, chosen: readonly string[], entries: Tree['entries']): void {
    const paths = outermost(chosen)
    const [first] = paths
    const single = paths.length === 1 && first !== undefined && entries.get(first)?.folder === false
    const address = single ? fileAddress(workspace, first) : archiveAddress(workspace, paths)
    if (address.length > MAX_ADDRESS) return void notify(t('files.tooManyToPack'))
    const link = document.createElement('a')
    link.href = address
    link.download = ''
    link.click()
  }

  async function copyHere(tree: Tree, path: string): Promise<void> {
    try {
      const { text } = await wire.request<'document.load'>({
        type: 'document.load',
        workspace: tree.summary.workspace,
        path,
      })
      const target = freeName(nameOf(path), taken)
      await create(target, false, text)
      notify(t('files.copied', { name: target }))
    } catch (error) {
      failed(error, nameOf(path))
    }
  }
  return { create, rename, move, duplicate, remove, restore, download, copyHere }
}
