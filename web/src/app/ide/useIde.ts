/** One page's worth of state, and the acts that need more than one part of it. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import {
  describe,
  expiringText,
  isBusy,
  missingText,
  noticeText,
  scriptLimit,
  splitArguments,
  type RunView,
} from '@/features/run'
import type { EditorPort } from '@/features/editor'
import { nameOf } from '@/features/workspace'
import { RefusedError } from '@/protocol/errors'
import type { AnyEvent } from '@/protocol/generated'
import { announce, notify } from '@/ui/announcer'
import { t } from '@/i18n'
import { connection, wire } from '../connection'
import { useBeside } from './beside'
import { docId, useDocuments } from './documents'
import { useFiles } from './files'
import { errorNote } from './note'
import { useRuns } from './runs'
import { useTrees } from './trees'

export type Ide = ReturnType<typeof useIde>

export function useIde(workspace: string, editor: () => EditorPort | null) {
  const documents = useDocuments(editor)
  const live = computed(
    () => trees.trees.get(runs.shown.value?.workspace ?? workspace)?.summary.runnable ?? false,
  )
  const runs = useRuns({ changed: runChanged, live: () => live.value })
  const trees = useTrees(workspace, runs.found)
  const files = useFiles(workspace, () => trees.own.value, documents)
  const beside = useBeside(documents, trees)
  const args = ref('')
  const starting = ref(false)
  const now = ref(Date.now())
  const pressedAt = shallowRef(0)
  const marks = new Map<string, number>()
  const timer = setInterval(() => (now.value = Date.now()), 1000)
  onScopeDispose(() => clearInterval(timer))

  const runnable = computed(() => {
    const doc = documents.active.value
    if (doc?.kind === 'python' && trees.trees.get(doc.workspace)?.summary.runnable) return doc
    const last = runs.shown.value
    return (
      documents.docs.find(
        (other) => last && other.workspace === last.workspace && other.path === last.slot,
      ) ?? null
    )
  })
  /** What the button is about: the run of the file it would start. Other files may run meanwhile. */
  const target = computed(() => {
    const doc = runnable.value
    return doc ? runs.ofSlot(doc.workspace, doc.path) : runs.shown.value
  })
  const busy = computed(() => isBusy(target.value))
  /** A program whose output is shown while the button is about another file. */
  const elsewhere = computed(() => {
    const run = runs.shown.value
    return run && run.run !== target.value?.run && isBusy(run) ? run : null
  })
  const words = computed(() => {
    const run = runs.shown.value
    if (!run) return null
    const busyOnes = [...runs.views.values()].filter((other) => isBusy(other) && other.state !== 'queued')
    return run.state === 'queued' && busyOnes.length >= run.limits.running
      ? { text: t('run.state.queuedOwn', { n: run.limits.running }), tone: 'busy' as const }
      : describe(run, now.value)
  })

  async function run(): Promise<void> {
    if (busy.value) return runs.stop(target.value)
    const doc = runnable.value
    if (!doc || starting.value) return void (doc || notify(t('run.nothing')))
    if (connection.status !== 'online') return void notify(t('run.offline'))
    starting.value = true
    pressedAt.value = Date.now()
    clearMarks()
    try {
      await files.settle()
      const revisions = await documents.flush(doc.workspace)
      if (!revisions) return void notify(t('run.saveFirst'))
      await runs.start(doc.workspace, doc.path, splitArguments(args.value), revisions)
    } catch (error) {
      refused(error, nameOf(doc.path))
    } finally {
      starting.value = false
    }
  }

  function refused(error: unknown, name: string): void {
    const refusal = error instanceof RefusedError ? error : null
    notify(
      refusal?.code === 'conflict'
        ? t('run.conflict', { name })
        : t('run.failed', { message: refusal?.message ?? String(error) }),
    )
  }

  function clearMarks(): void {
    for (const id of marks.keys()) editor()?.mark(id, null, null)
    marks.clear()
  }

  function typed(id: string): void {
    if (marks.delete(id)) queueMicrotask(() => editor()?.mark(id, null, null))
    documents.typed(id)
  }

  function markError(view: RunView): void {
    const end = view.scriptEnd
    if (!end?.error || !end.line || end.error === 'KeyboardInterrupt') return
    const id = docOf(view, end.file ?? view.slot)
    if (!documents.docs.some((doc) => doc.id === id)) return
    marks.set(id, end.line)
    editor()?.mark(
      id,
      end.line,
      errorNote(
        end.line,
        end.error,
        scriptLimit(view),
        () => (marks.delete(id), editor()?.mark(id, null, null), editor()?.focus()),
      ),
    )
  }

  /** A file as Python names it, to the page's name for it. */
  function docOf(view: RunView, file: string): string {
    for (const { summary } of trees.folders.value) {
      if (file.startsWith(`${summary.name}/`))
        return docId(summary.workspace, file.slice(summary.name.length + 1))
    }
    return docId(view.workspace, file.replace(/^\/workspace\//, ''))
  }

  function runChanged(view: RunView, event: AnyEvent | null): void {
    if (event?.type === 'run.expiring' && view.expiresAt !== null && live.value)
      announce(`${expiringText(view, Date.now())} ${t('run.expiringHow')}`)
    if (view.run !== runs.shownId.value) return
    if (event?.type === 'run.script_ended' || event === null) markError(view)
    if (event?.type === 'run.script_ended' || event?.type === 'run.finished')
      announce([describe(view, Date.now()).text, scriptLimit(view)].filter(Boolean).join(' '))
    const missing = event?.type === 'run.script_ended' ? missingText(view) : null
    if (missing) announce(missing)
    if (event?.type === 'run.notice') announce(noticeText(event.notice, view.limits))
    if (event?.type === 'run.plot') announce(t('plots.new'))
    if (view.waiting && view.phase === 'script') askForInput(view, event)
  }

  /** The cursor goes to the console when the program asks, unless the person has begun to type elsewhere. */
  function askForInput(view: RunView, event: AnyEvent | null): void {
    if (event?.type === 'run.waiting') announce(t('run.state.waiting'))
    if (runs.startedHere.value === view.run && documents.typedAt.value <= pressedAt.value)
      runs.console()?.focus()
  }

  const stop = (): void => runs.stop(busy.value ? target.value : runs.shown.value)

  function saveNow(): void {
    documents.retry()
    announce(t('save.already'))
  }

  watch(documents.activeId, () => {
    const doc = documents.active.value
    const run = doc?.kind === 'python' ? runs.ofSlot(doc.workspace, doc.path) : null
    if (run) runs.show(run.run)
  })
  watch(
    () => connection.status,
    (status, before) => {
      if (status === 'online' && before === 'offline') announce(t('status.back'))
      if (status === 'offline') announce(t('status.offline'))
    },
  )
  const reading = computed(() =>
    trees.own.value?.summary.kind === 'student' ? trees.own.value.summary.name : null,
  )
  const setArguments = (text: string): void => void (args.value = text)
  return {
    ...beside,
    workspace,
    documents,
    runs,
    trees,
    files,
    args,
    setArguments,
    starting,
    now,
    live,
    runnable,
    target,
    busy,
    elsewhere,
    words,
    reading,
    run,
    stop,
    typed,
    saveNow,
    docOf,
    wire,
  }
}
