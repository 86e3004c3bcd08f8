/** A file shown beside the code, in the result pane, while another is edited. */
import { computed, ref } from 'vue'
import type { PreviewKind } from '@/features/preview'
import type { Doc, useDocuments } from './documents'
import type { useTrees } from './trees'

/** What a preview shows a file of this kind as. */
export const previewKind = (kind: Doc['kind']): PreviewKind =>
  kind === 'python' || kind === 'text' || kind === 'binary' ? 'other' : kind

export interface Beside {
  workspace: string
  path: string
  kind: PreviewKind
}

export function useBeside(documents: ReturnType<typeof useDocuments>, trees: ReturnType<typeof useTrees>) {
  const shown = ref<Beside | null>(null)
  /** The entry of a file in its tree: another object whenever the file was written. */
  const versionOf = (workspace: string, path: string): unknown =>
    trees.trees.get(workspace)?.entries.get(path) ?? null
  const beside = computed(() => shown.value)

  /** Moves a file there; the code that was open before comes back. */
  function showBeside(doc: Doc): void {
    shown.value = { workspace: doc.workspace, path: doc.path, kind: previewKind(doc.kind) }
    if (doc.asText) return
    const code = documents.docs.find((other) => other.id !== doc.id && other.kind === 'python')
    if (code) documents.activeId.value = code.id
  }
  const closeBeside = (): void => void (shown.value = null)
  return { beside, showBeside, closeBeside, versionOf }
}
