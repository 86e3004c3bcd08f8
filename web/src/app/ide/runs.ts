/** The runs of the page's trees, and the one whose output is shown. */
import { computed, onScopeDispose, ref, shallowReactive } from 'vue'
import { fromSnapshot, reduce, takesInput, type RunView } from '@/features/run'
import { RunSession, type TerminalPort } from '@/features/terminal'
import type { AnyEvent, RunSnapshot } from '@/protocol/generated'
import { listen, wire } from '../connection'

export function useRuns(hooks: {
  changed: (view: RunView, event: AnyEvent | null) => void
  live: () => boolean
}) {
  const views = shallowReactive(new Map<string, RunView>())
  const shownId = ref<string | null>(null)
  /** A new number is a new, empty console. */
  const consoleKey = ref(0)
  const startedHere = ref<string | null>(null)
  const shown = computed(() => (shownId.value && views.get(shownId.value)) || null)
  let port: TerminalPort | null = null
  let session: RunSession | null = null

  function put(view: RunView, event: AnyEvent | null): void {
    views.set(view.run, view)
    hooks.changed(view, event)
  }
  /** Runs that are not shown are attached to for their events alone: no output is asked for. */
  const watched = new Set<string>()

  function watchOthers(): void {
    for (const view of views.values()) {
      if (view.state === 'finished' || view.run === shownId.value || watched.has(view.run)) continue
      watched.add(view.run)
      wire.request<'run.attach'>({ type: 'run.attach', run: view.run, offset: Number.MAX_SAFE_INTEGER }).then(
        (answer) => merge(answer.snapshot),
        () => watched.delete(view.run),
      )
    }
  }
  const merge = (snapshot: RunSnapshot): void =>
    put(fromSnapshot(snapshot, views.get(snapshot.run) ?? null, Date.now()), null)

  function show(run: string): void {
    if (shownId.value === run) return
    const view = views.get(run)
    const before = shown.value
    const follows = view?.path === null && before?.slot === view.slot && before.workspace === view.workspace
    shownId.value = run
    if (before && before.state !== 'finished') session?.yieldTo()
    else session?.detach()
    session = null
    watched.delete(run)
    queueMicrotask(watchOthers)
    if (follows && port) {
      port.fresh()
      attach()
    } else {
      port = null
      consoleKey.value++
    }
  }

  function attach(): void {
    const run = shownId.value
    if (!run || !port || session?.run === run) return
    session?.detach()
    session = new RunSession(wire, run, port)
    session.onSnapshot = (snapshot) => {
      merge(snapshot)
      if (port && hooks.live()) resized(port.size().columns, port.size().rows)
    }
    session.onGone = () => {
      const view = views.get(run)
      if (view && view.state !== 'finished')
        put(
          {
            ...view,
            state: 'finished',
            phase: null,
            waiting: false,
            outcome: view.outcome ?? {
              reason: 'lost',
              limit: null,
              exitCode: null,
              cpuSeconds: null,
              peakMemoryBytes: null,
              incident: null,
              message: '',
              successor: null,
            },
          },
          null,
        )
    }
    void session.attach()
  }

  function ready(made: TerminalPort): void {
    port = made
    session?.detach()
    session = null
    attach()
  }

  function resized(columns: number, rows: number): void {
    const run = shown.value
    if (run && takesInput(run) && hooks.live())
      wire.request<'run.resize'>({ type: 'run.resize', run: run.run, columns, rows }).catch(() => undefined)
  }

  function opened(snapshot: RunSnapshot): void {
    merge(snapshot)
    queueMicrotask(watchOthers)
    const now = shown.value
    if (
      !now ||
      (now.workspace === snapshot.workspace && now.slot === snapshot.slot) ||
      startedHere.value === snapshot.run
    )
      show(snapshot.run)
  }

  function heard(event: AnyEvent): void {
    if (event.type === 'run.opened') return opened(event.run)
    if (!event.stream.startsWith('run:')) return
    const view = views.get(event.stream.slice(4))
    if (view) put(reduce(view, event, Date.now()), event)
  }

  /** Runs of a fresh snapshot of a tree: the youngest is shown if nothing is. */
  function found(snapshots: readonly RunSnapshot[]): void {
    snapshots.forEach(merge)
    queueMicrotask(watchOthers)
    const youngest = [...snapshots].sort((a, b) => b.created - a.created)[0]
    const current = shown.value
    const successor =
      current &&
      snapshots.find(
        (other) =>
          other.slot === current.slot &&
          other.workspace === current.workspace &&
          other.created > current.created,
      )
    if (successor) show(successor.run)
    else if (youngest && !current) show(youngest.run)
  }

  async function start(
    workspace: string,
    path: string,
    args: string[],
    seen: Record<string, number>,
  ): Promise<void> {
    const size = port?.size() ?? { columns: 80, rows: 24 }
    const answer = await wire.request<'run.start'>({
      type: 'run.start',
      workspace,
      path,
      arguments: args,
      seen,
      ...size,
    })
    startedHere.value = answer.run
    show(answer.run)
  }

  /** The run that holds a file's slot, if there is one. */
  function ofSlot(workspace: string, path: string): RunView | null {
    const mine = [...views.values()].filter(
      (view) => view.workspace === workspace && view.slot === path && view.state !== 'finished',
    )
    return mine.sort((a, b) => b.created - a.created)[0] ?? null
  }

  const stop = (view: RunView | null): void =>
    void (view && wire.request<'run.stop'>({ type: 'run.stop', run: view.run }).catch(() => undefined))
  /** Keeps an idle run open; tells whether that came through. */
  const extend = (run: string): Promise<boolean> =>
    wire.request<'run.extend'>({ type: 'run.extend', run }).then(
      () => true,
      () => false,
    )
  const type = (text: string): void => session?.type(text)
  const unlisten = listen({
    event: heard,
    frame: (frame) => session?.frame(frame),
    online: () => {
      void session?.attach()
      watched.clear()
      watchOthers()
    },
    stale: (stream) =>
      void (stream.startsWith('run:') && session?.run === stream.slice(4) && session.attach()),
  })
  onScopeDispose(() => {
    unlisten()
    session?.detach()
  })
  return {
    views,
    shown,
    shownId,
    consoleKey,
    startedHere,
    ready,
    resized,
    found,
    start,
    stop,
    extend,
    type,
    show,
    ofSlot,
    console: () => port,
  }
}
