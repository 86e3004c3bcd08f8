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

export type FileKind = 'python' | 'text' | 'table' | 'markdown' | 'image' | 'pdf'
export function kindOf(path: string): FileKind {
  const extension = nameOf(path).toLowerCase().split('.').at(-1) ?? ''
  if (extension === 'py') return 'python'
  if (['png', 'jpg', 'jpeg', 'gif', 'webp'].includes(extension)) return 'image'
  if (extension === 'pdf') return 'pdf'
  if (extension === 'csv' || extension === 'tsv') return 'table'
  return extension === 'md' ? 'markdown' : 'text'
}

/** CSV with quotes and doubled quotes, at most `limit` rows. */
export function parseTable(text: string, separator: string, limit: number): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length && rows.length < limit; at++) {
    const sign = text[at]
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') cell += text[++at]
      else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === separator) (row.push(cell), (cell = ''))
    else if (sign === '\n') (rows.push([...row, cell]), (row = []), (cell = ''))
    else if (sign !== '\r') cell += sign
  }
  if (rows.length < limit && (cell || row.length)) rows.push([...row, cell])
  return rows
}
