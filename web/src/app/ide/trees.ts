/** The trees a page follows: its workspace and the course folders beside it. */
import { computed, onScopeDispose, reactive, ref } from 'vue'
import { changed, entriesOf, type Entries } from '@/features/workspace'
import type { AnyEvent, RunSnapshot, WorkspaceSummary } from '@/protocol/generated'
import { RefusedError } from '@/protocol/errors'
import { listen, welcome, wire } from '../connection'

export interface Tree {
  summary: WorkspaceSummary
  entries: Entries
  truncated: boolean
  stream: string
}

export function useTrees(main: string, onRuns: (runs: readonly RunSnapshot[]) => void) {
  const trees = reactive(new Map<string, Tree>())
  const missing = ref(false)

  async function open(workspace: string): Promise<void> {
    try {
      const answer = await wire.request<'workspace.open'>({ type: 'workspace.open', workspace })
      wire.follow(answer.stream, answer.seq)
      const { summary, truncated, stream } = answer
      trees.set(workspace, { summary, truncated, stream, entries: entriesOf(answer.entries) })
      onRuns(answer.runs)
    } catch (error) {
      if (workspace === main && error instanceof RefusedError && error.code !== 'offline')
        missing.value = true
      wire.unfollow(`workspace:${workspace}`)
      trees.delete(workspace)
    }
  }

  async function openAll(): Promise<void> {
    await open(main)
    const course = trees.get(main)?.summary.course
    const folders =
      welcome.value?.workspaces.filter((tree) => tree.kind === 'course_folder' && tree.course === course) ??
      []
    await Promise.all(
      folders
        .filter((folder) => folder.workspace !== main && !trees.has(folder.workspace))
        .map((folder) => open(folder.workspace)),
    )
  }

  function heard(event: AnyEvent): void {
    if (event.type !== 'workspace.changed') return
    const tree = trees.get(event.stream.slice('workspace:'.length))
    if (tree) tree.entries = changed(tree.entries, event)
  }

  const stop = listen({
    event: heard,
    online: () => void (trees.has(main) || openAll()),
    stale: (stream) => void (stream.startsWith('workspace:') && open(stream.slice('workspace:'.length))),
  })
  onScopeDispose(() => {
    stop()
    for (const [workspace, tree] of trees) {
      wire.unfollow(tree.stream)
      if (wire.status === 'online')
        wire.request<'workspace.close'>({ type: 'workspace.close', workspace }).catch(() => undefined)
    }
  })
  if (welcome.value && wire.status === 'online') void openAll()
  const own = computed(() => trees.get(main) ?? null)
  const folders = computed(() =>
    [...trees.values()]
      .filter((tree) => tree.summary.workspace !== main)
      .sort((a, b) => a.summary.name.localeCompare(b.summary.name)),
  )
  return { trees, own, folders, missing }
}
