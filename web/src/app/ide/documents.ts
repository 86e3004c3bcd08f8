/** Open files: loading, tabs, saving. The text itself lives in the editor. */
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { localDrafts, Saver, type EditorPort, type SaveState } from '@/features/editor'
import { ALSO_TEXT } from '@/features/preview'
import { kindOf, moved, nameOf, isIn, type FileKind } from '@/features/workspace'
import { RefusedError } from '@/protocol/errors'
import { MAX_TEXT_BYTES, type AnyEvent } from '@/protocol/generated'
import { t } from '@/i18n'
import { connection, listen, welcome, wire } from '../connection'

export interface Doc {
  id: string
  workspace: string
  path: string
  kind: FileKind | 'binary'
  status: 'loading' | 'ready' | 'failed'
  problem: string
  writable: boolean
  gone: boolean
  /** The text as loaded, until the editor has it. */
  text: string
  asText: boolean
  save: SaveState
}

export const docId = (workspace: string, path: string): string => `${workspace}:${path}`
/** Asked here, since the wire would only say that the command is malformed. */
const tooLarge = (text: string): boolean =>
  text.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(text).length > MAX_TEXT_BYTES
export const shownInEditor = (doc: Doc): boolean =>
  doc.kind === 'python' || doc.kind === 'text' || (ALSO_TEXT.has(doc.kind) && doc.asText)

export function useDocuments(editor: () => EditorPort | null) {
  const docs = reactive<Doc[]>([])
  const activeId = ref<string | null>(null)
  const savers = new Map<string, Saver>()
  const active = computed(() => docs.find((doc) => doc.id === activeId.value) ?? null)
  const typedAt = shallowRef(0)

  async function open(workspace: string, path: string): Promise<Doc> {
    const id = docId(workspace, path)
    const known = docs.find((doc) => doc.id === id)
    activeId.value = id
    if (known && known.status !== 'failed') return known
    const doc: Doc = known ?? {
      id,
      workspace,
      path,
      kind: kindOf(path),
      status: 'loading',
      problem: '',
      writable: false,
      gone: false,
      text: '',
      asText: false,
      save: { kind: 'saved', at: null },
    }
    if (!known) docs.push(doc)
    const live = docs.find((other) => other.id === id) ?? doc
    await load(live)
    return live
  }

  async function load(doc: Doc): Promise<void> {
    doc.status = 'loading'
    try {
      if (shownInEditor(doc)) await loadText(doc)
      doc.status = 'ready'
    } catch (error) {
      const refusal = error instanceof RefusedError ? error : null
      if (refusal?.code === 'not_text' || refusal?.code === 'too_large')
        Object.assign(doc, { kind: 'binary', status: 'ready' })
      else
        Object.assign(doc, {
          status: 'failed',
          problem: t('editor.loadFailed', { name: nameOf(doc.path), message: refusal?.message ?? '' }),
        })
    }
  }

  /** What has a preview is loaded as text when somebody wants it so; returns why it cannot be. */
  async function showText(doc: Doc): Promise<string | null> {
    try {
      if (!savers.has(doc.id)) await loadText(doc)
      doc.asText = true
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async function loadText(doc: Doc): Promise<void> {
    const answer = await wire.request<'document.load'>({
      type: 'document.load',
      workspace: doc.workspace,
      path: doc.path,
    })
    doc.writable = answer.writable
    const drafts = localDrafts(welcome.value?.user.user ?? '', doc.workspace, doc.path)
    const draft = answer.writable ? drafts.get() : null
    const kept = draft && draft.text !== answer.text ? draft : null
    if (!kept) drafts.set(null)
    doc.text = kept?.text ?? answer.text
    editor()?.forget(doc.id)
    const saver = new Saver(kept?.base ?? answer.revision, answer.text, {
      save: async (base, text) => {
        if (connection.status !== 'online') throw new RefusedError('offline', t('status.offline'), true)
        if (tooLarge(text)) throw new RefusedError('too_large', t('save.tooLarge'))
        const saved = await wire.request<'document.save'>({
          type: 'document.save',
          workspace: doc.workspace,
          path: doc.path,
          base,
          text,
        })
        return saved.revision ?? base
      },
      text: () => editor()?.text(doc.id) ?? doc.text,
      drafts,
      changed: (state) => (doc.save = state),
      now: Date.now,
    })
    savers.get(doc.id)?.stop()
    savers.set(doc.id, saver)
    if (kept && kept.base === answer.revision) saver.touch()
    else if (kept) saver.theirs({ revision: answer.revision, text: answer.text })
  }

  function typed(id: string): void {
    typedAt.value = Date.now()
    savers.get(id)?.touch()
  }

  async function close(id: string): Promise<void> {
    const at = docs.findIndex((doc) => doc.id === id)
    const doc = docs[at]
    if (!doc) return
    if (!doc.gone && (await savers.get(id)?.flush()) === null) return
    const index = docs.findIndex((other) => other.id === id)
    docs.splice(index, 1)
    forget(id)
    if (activeId.value === id) activeId.value = (docs[index] ?? docs[index - 1])?.id ?? null
  }

  function forget(id: string): void {
    savers.get(id)?.stop()
    savers.delete(id)
    editor()?.forget(id)
  }

  /** Saves what is open of a workspace; null if something cannot be saved now. */
  async function flush(workspace: string): Promise<Record<string, string> | null> {
    const open = docs.filter((doc) => doc.workspace === workspace && !doc.gone && savers.has(doc.id))
    const revisions = await Promise.all(open.map((doc) => savers.get(doc.id)?.flush() ?? null))
    if (revisions.includes(null)) return null
    return Object.fromEntries(open.map((doc, at) => [doc.path, revisions[at] ?? '']))
  }

  async function refresh(doc: Doc): Promise<void> {
    const saver = savers.get(doc.id)
    if (!saver) return
    const answer = await wire
      .request<'document.load'>({ type: 'document.load', workspace: doc.workspace, path: doc.path })
      .catch(() => null)
    const text = answer && saver.theirs(answer)
    if (text === null) return
    doc.text = text
    editor()?.replace(doc.id, text)
  }

  function heard(event: AnyEvent): void {
    if (event.type === 'document.changed') {
      const doc = docs.find(
        (other) => `workspace:${other.workspace}` === event.stream && other.path === event.path,
      )
      if (doc && event.client !== connection.client && savers.get(doc.id)?.revision !== event.revision)
        void refresh(doc)
    } else if (event.type === 'workspace.changed') {
      for (const doc of docs) {
        if (`workspace:${doc.workspace}` !== event.stream) continue
        if (event.upserted.some((entry) => entry.path === doc.path)) doc.gone = false
        else if (event.removed.some((path) => isIn(doc.path, path))) doc.gone = true
      }
    }
  }

  function renamed(workspace: string, from: string, to: string): void {
    for (const doc of docs) {
      if (doc.workspace !== workspace || !isIn(doc.path, from)) continue
      const path = moved(doc.path, from, to)
      const id = docId(workspace, path)
      const saver = savers.get(doc.id)
      savers.delete(doc.id)
      if (saver) savers.set(id, saver)
      editor()?.rename(doc.id, id)
      if (activeId.value === doc.id) activeId.value = id
      Object.assign(doc, { id, path, gone: false, kind: doc.kind === 'binary' ? 'binary' : kindOf(path) })
    }
  }

  function choose(doc: Doc, whose: 'mine' | 'theirs'): void {
    const saver = savers.get(doc.id)
    if (whose === 'mine') return void saver?.keepMine()
    const text = saver?.takeTheirs() ?? null
    if (text === null) return
    doc.text = text
    editor()?.replace(doc.id, text)
  }

  const keepAll = (): void => savers.forEach((saver) => (saver.keepDraft(), void saver.flush()))
  const retry = (): void => savers.forEach((saver) => void saver.flush())
  const hide = (): void => void (document.hidden && keepAll())
  addEventListener('pagehide', keepAll)
  document.addEventListener('visibilitychange', hide)
  const stop = listen({
    event: heard,
    leaving: async () => {
      const open = docs.filter((doc) => !doc.gone)
      return !(await Promise.all(open.map((doc) => savers.get(doc.id)?.flush()))).includes(null)
    },
    online: () => (retry(), docs.forEach((doc) => void (doc.status === 'failed' ? load(doc) : refresh(doc)))),
  })
  onScopeDispose(() => {
    keepAll()
    stop()
    removeEventListener('pagehide', keepAll)
    document.removeEventListener('visibilitychange', hide)
  })
  return {
    docs,
    active,
    activeId,
    typedAt,
    open,
    showText,
    close,
    typed,
    flush,
    renamed,
    choose,
    retry,
    keepAll,
  }
}
