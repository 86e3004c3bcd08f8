/** The file tree: entries to visible lines, kept true by events. Pure. */
import type { Entry, WorkspaceChanged } from '@/protocol/generated'

export interface Row {
  path: string
  name: string
  folder: boolean
  open: boolean
  level: number
}

export type Entries = ReadonlyMap<string, Entry>

export const entriesOf = (entries: readonly Entry[]): Entries =>
  new Map(entries.map((entry) => [entry.path, entry]))

export function changed(entries: Entries, event: Pick<WorkspaceChanged, 'upserted' | 'removed'>): Entries {
  const next = new Map(entries)
  for (const path of event.removed) {
    for (const known of next.keys()) if (isIn(known, path)) next.delete(known)
  }
  for (const entry of event.upserted) next.set(entry.path, entry)
  return next
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const join = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name)
export const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`)
export const moved = (path: string, from: string, to: string): string =>
  isIn(path, from) ? to + path.slice(from.length) : path

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Folders first, then by name as people count: 2 before 10. */
export function rowsOf(entries: Entries, open: ReadonlySet<string>, hidden: ReadonlySet<string>): Row[] {
  const children = new Map<string, Entry[]>()
  for (const entry of entries.values()) {
    if (nameOf(entry.path).startsWith('.') || nameOf(entry.path) === '__pycache__') continue
    if (hidden.has(entry.path)) continue
    const parent = parentOf(entry.path)
    const list = children.get(parent)
    if (list) list.push(entry)
    else children.set(parent, [entry])
  }
  const rows: Row[] = []
  const visit = (folder: string, level: number): void => {
    const list = (children.get(folder) ?? []).sort(
      (a, b) => Number(b.folder) - Number(a.folder) || order.compare(a.path, b.path),
    )
    for (const { path, folder: isFolder } of list) {
      const isOpen = isFolder && open.has(path)
      rows.push({ path, name: nameOf(path), folder: isFolder, open: isOpen, level })
      if (isOpen) visit(path, level + 1)
    }
  }
  visit('', 1)
  return rows
}

/** A name that is not taken: `a.py`, `a copy.py`, `a copy 2.py`. */
export function freeName(path: string, taken: (path: string) => boolean, word = 'copy'): string {
  const dot = nameOf(path).lastIndexOf('.')
  const cut = dot > 0 ? path.length - (nameOf(path).length - dot) : path.length
  const [stem, extension] = [path.slice(0, cut), path.slice(cut)]
  let candidate = path
  for (let n = 1; taken(candidate); n++) candidate = `${stem} ${word}${n > 1 ? ` ${n}` : ''}${extension}`
  return candidate
}

export type FileKind =
  'python' | 'text' | 'table' | 'sheet' | 'markdown' | 'image' | 'svg' | 'pdf' | 'json' | 'notebook'
const KINDS: Partial<Record<string, FileKind>> = {
  py: 'python',
  csv: 'table',
  tsv: 'table',
  xlsx: 'sheet',
  xlsm: 'sheet',
  xls: 'sheet',
  md: 'markdown',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  bmp: 'image',
  ico: 'image',
  avif: 'image',
  svg: 'svg',
  pdf: 'pdf',
  json: 'json',
  ipynb: 'notebook',
}
export const kindOf = (path: string): FileKind =>
  KINDS[nameOf(path).toLowerCase().split('.').at(-1) ?? ''] ?? 'text'
