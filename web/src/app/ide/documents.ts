/** Open files: loading, tabs, and the log of each text. */
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { LiveText, type EditorPort, type SaveState } from '@/features/editor'
import { kindOf, moved, nameOf, isIn, type FileKind } from '@/features/workspace'
import { fromBase64 } from '@/protocol/bytes'
import { RefusedError } from '@/protocol/errors'
import { MAX_TEXT_BYTES, type AnyEvent, type DocumentUpdate } from '@/protocol/generated'
import { t } from '@/i18n'
import { announce } from '@/ui/announcer'
import { connection, listen, newId, welcome, wire } from '../connection'
import { append, outboxOf, sendKept } from './kept'

export interface Doc {
  id: string
  workspace: string
  path: string
  kind: FileKind | 'binary'
  status: 'loading' | 'ready' | 'failed'
  problem: string
  writable: boolean
  gone: boolean
  /** The text for previews; the editor has the live one. */
  text: string
  asText: boolean
  save: SaveState
  /** When a change by a program was merged in, until it is old news. */
  mergedAt: number | null
}
/** What a text needs besides what is shown of it. */
interface Held {
  live: LiveText
  document: string
}

export const docId = (workspace: string, path: string): string => `${workspace}:${path}`
/** Asked here, since the wire would only say that the command is malformed. */
const tooLarge = (text: string): boolean =>
  text.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(text).length > MAX_TEXT_BYTES
export const shownInEditor = (doc: Doc): boolean =>
  doc.kind === 'python' ||
  doc.kind === 'text' ||
  ((doc.kind === 'markdown' || doc.kind === 'table') && doc.asText)

export function useDocuments(editor: () => EditorPort | null) {
  const docs = reactive<Doc[]>([])
  const activeId = ref<string | null>(null)
  const held = new Map<string, Held>()
  const active = computed(() => docs.find((doc) => doc.id === activeId.value) ?? null)
  const typedAt = shallowRef(0)
  let kept: Promise<void> | null = null

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
      mergedAt: null,
    }
    if (!known) docs.push(doc)
    const live = docs.find((other) => other.id === id) ?? doc
    await load(live)
    return live
  }

  async function load(doc: Doc): Promise<void> {
    doc.status = 'loading'
    try {
      if (doc.kind !== 'image' && doc.kind !== 'pdf') await loadText(doc)
      doc.status = 'ready'
    } catch (error) {
      const refusal = error instanceof RefusedError ? error : null
      if (refusal?.code === 'not_text') Object.assign(doc, { kind: 'binary', status: 'ready' })
      else
        Object.assign(doc, {
          status: 'failed',
          problem: t('editor.loadFailed', { name: nameOf(doc.path), message: refusal?.message ?? '' }),
        })
    }
  }

  async function loadText(doc: Doc): Promise<void> {
    await (kept ??= sendKept())
    const { workspace, path } = doc
    const answer = await wire.request<'document.open'>({ type: 'document.open', workspace, path })
    doc.writable = answer.writable
    editor()?.forget(doc.id)
    held.get(doc.id)?.live.dispose()
    const one: Held = { document: answer.document, live: liveText(doc, answer.document) }
    held.set(doc.id, one)
    take(doc, one, 0, answer.updates)
    wire.follow(answer.stream, answer.seq)
    if (!(await one.live.reach(answer.end))) throw new RefusedError('offline', t('status.offline'), true)
    doc.mergedAt = null
    doc.text = one.live.text.toString()
  }

  function liveText(doc: Doc, document: string): LiveText {
    const { workspace } = doc
    const box = outboxOf(welcome.value?.user.user ?? '')
    return new LiveText({
      newWriter: newId,
      send: (writer, rows) =>
        append(
          { workspace, document, writer, seq: rows[0]?.seq ?? 1 },
          rows.map((row) => row.update),
        ),
      keep: (writer, row) => box.add({ workspace, document, writer, ...row }),
      drop: (writer, upTo) => void box.drop(document, writer, upTo).catch(() => undefined), // sent again, answered again
      reread: () => void resume(doc),
      online: () => connection.status === 'online',
      refusal: (text) => (tooLarge(text) ? t('save.tooLarge') : null),
      changed: (state) => (doc.save = state),
      now: Date.now,
    })
  }

  function take(doc: Doc, one: Held, after: number, updates: readonly DocumentUpdate[]): void {
    updates.forEach(({ writer, update }, at) => {
      one.live.receive(after + at + 1, fromBase64(update))
      if (writer === null && doc.status === 'ready') {
        doc.mergedAt = Date.now()
        announce(t('save.merged', { name: nameOf(doc.path) }))
      }
    })
    if (updates.length > 0 && !shownInEditor(doc)) doc.text = one.live.text.toString()
  }

  /** Asks for what came while there was no connection, or while events were missed. */
  async function resume(doc: Doc): Promise<void> {
    const one = held.get(doc.id)
    if (!one) return
    const { workspace, path } = doc
    const after = one.live.cursor
    const answer = await wire
      .request<'document.open'>({ type: 'document.open', workspace, path, document: one.document, after })
      .catch(() => null) // gone, or no right to it any more: what is typed stays here and says so when it is sent
    if (!answer || held.get(doc.id) !== one) return
    doc.writable = answer.writable
    if (answer.after < after) one.live.restored()
    take(doc, one, answer.after, answer.updates)
    wire.follow(answer.stream, answer.seq)
  }

  function typed(): void {
    typedAt.value = Date.now()
  }

  async function close(id: string): Promise<void> {
    const doc = docs.find((other) => other.id === id)
    if (!doc) return
    if (!doc.gone && (await held.get(id)?.live.flush()) === null) return
    const index = docs.findIndex((other) => other.id === id)
    docs.splice(index, 1)
    forget(id)
    if (activeId.value === id) activeId.value = (docs[index] ?? docs[index - 1])?.id ?? null
  }

  function forget(id: string): void {
    const one = held.get(id)
    held.delete(id)
    editor()?.forget(id)
    if (!one) return
    one.live.seal()
    one.live.dispose()
    wire.unfollow(`document:${one.document}`)
    if (connection.status === 'online')
      wire
        .request<'document.close'>({ type: 'document.close', document: one.document })
        .catch(() => undefined)
  }

  /** Saves what is open of a workspace and tells up to which row each text is seen; null if that cannot be now. */
  async function flush(workspace: string): Promise<Record<string, number> | null> {
    const open = docs.filter((doc) => doc.workspace === workspace && !doc.gone && held.has(doc.id))
    const seen = await Promise.all(open.map((doc) => held.get(doc.id)?.live.flush() ?? null))
    if (seen.includes(null)) return null
    return Object.fromEntries(open.map((doc, at) => [doc.path, seen[at] ?? 0]))
  }

  /** The text as it stands, with all of it on the server; null if that cannot be now. */
  async function savedText(doc: Doc): Promise<string | null> {
    const live = held.get(doc.id)?.live
    return live && (await live.flush()) !== null ? live.text.toString() : null
  }

  function heard(event: AnyEvent): void {
    if (event.type === 'document.updated') {
      for (const doc of docs) {
        const one = held.get(doc.id)
        if (one && event.stream === `document:${one.document}` && event.seq > one.live.cursor)
          take(doc, one, event.seq - 1, [event])
      }
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
      const one = held.get(doc.id)
      held.delete(doc.id)
      if (one) held.set(id, one)
      editor()?.rename(doc.id, id)
      if (activeId.value === doc.id) activeId.value = id
      Object.assign(doc, { id, path, gone: false, kind: doc.kind === 'binary' ? 'binary' : kindOf(path) })
    }
  }

  const live = (doc: Doc): LiveText | null => held.get(doc.id)?.live ?? null
  const sealAll = (): void => held.forEach((one) => one.live.seal())
  const hide = (): void => void (document.hidden && sealAll())
  addEventListener('pagehide', sealAll)
  document.addEventListener('visibilitychange', hide)
  const stop = listen({
    event: heard,
    status: () => held.forEach((one) => one.live.connection()),
    stale: (stream) =>
      docs.forEach((doc) => void (stream === `document:${held.get(doc.id)?.document}` && resume(doc))),
    leaving: async () => {
      const open = docs.filter((doc) => !doc.gone)
      return !(await Promise.all(open.map((doc) => held.get(doc.id)?.live.flush()))).includes(null)
    },
    online: () => docs.forEach((doc) => void (doc.status === 'failed' ? load(doc) : resume(doc))),
  })
  onScopeDispose(() => {
    stop()
    for (const id of [...held.keys()]) forget(id)
    removeEventListener('pagehide', sealAll)
    document.removeEventListener('visibilitychange', hide)
  })
  return {
    docs,
    active,
    activeId,
    typedAt,
    open,
    close,
    typed,
    flush,
    savedText,
    renamed,
    live,
    retry: sealAll,
  }
}
