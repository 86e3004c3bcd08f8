/** The file tree: entries to visible lines, kept true by events. Pure. */
import type { Entry, WorkspaceChanged } from '@/protocol/generated'

export interface Row {
  path: string
  name: string
  folder: boolean
  open: boolean
  level: number
  /** Place among its neighbours, from 1, and how many they are: only a part of the rows is drawn, so screen readers need to be told. */
  place: number
  of: number
}

export type Entries = ReadonlyMap<string, Entry>

export const entriesOf = (entries: readonly Entry[]): Entries =>
  new Map(entries.map((entry) => [entry.path, entry]))

export function changed(entries: Entries, event: Pick<WorkspaceChanged, 'upserted' | 'removed'>): Entries {
  const next = new Map(entries)
  for (const path of event.removed) {
    if (next.get(path)?.folder) for (const known of next.keys()) if (isIn(known, path)) next.delete(known)
    next.delete(path)
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

const isShown = (path: string): boolean => {
  const name = nameOf(path)
  return !name.startsWith('.') && name !== '__pycache__'
}

export type Children = ReadonlyMap<string, Entry[]>

/** What lies directly in each folder, in no order: only folders that are open are worth sorting. */
export function childrenOf(entries: Entries): Children {
  const children = new Map<string, Entry[]>()
  for (const entry of entries.values()) {
    if (!isShown(entry.path)) continue
    const parent = parentOf(entry.path)
    const list = children.get(parent)
    if (list) list.push(entry)
    else children.set(parent, [entry])
  }
  return children
}

/** Folders first, then by name as people count: 2 before 10. */
export function rowsOf(children: Children, open: ReadonlySet<string>): Row[] {
  const rows: Row[] = []
  const visit = (folder: string, level: number): void => {
    const list = (children.get(folder) ?? []).toSorted(
      (a, b) => Number(b.folder) - Number(a.folder) || order.compare(a.path, b.path),
    )
    list.forEach(({ path, folder: isFolder }, at) => {
      const isOpen = isFolder && open.has(path)
      const row = { path, name: nameOf(path), folder: isFolder, open: isOpen, level }
      rows.push({ ...row, place: at + 1, of: list.length })
      if (isOpen) visit(path, level + 1)
    })
  }
  visit('', 1)
  return rows
}

/** The folder that a thing dropped on `path` goes to. */
export const folderAt = (entries: Entries, path: string): string =>
  entries.get(path)?.folder ? path : parentOf(path)

/** The paths without those that another one of them holds. */
export function outermost(paths: Iterable<string>): string[] {
  const all = new Set(paths)
  const isHeld = (path: string): boolean => {
    for (let folder = parentOf(path); folder; folder = parentOf(folder)) if (all.has(folder)) return true
    return false
  }
  return [...all].filter((path) => !isHeld(path)).sort()
}

/** Files whose path has all letters of `query` in order, the best first: in the name, together, at the beginning. */
export function found(paths: Iterable<string>, query: string, limit: number): string[] {
  const wanted = query.toLowerCase().replaceAll(' ', '')
  const hits: { path: string; score: number }[] = []
  for (const path of paths) {
    const score = closeness(path.toLowerCase(), wanted)
    if (score !== null) hits.push({ path, score })
  }
  hits.sort((a, b) => a.score - b.score || order.compare(a.path, b.path))
  return hits.slice(0, limit).map((hit) => hit.path)
}

function closeness(path: string, wanted: string): number | null {
  const name = nameOf(path)
  const inName = name.indexOf(wanted)
  if (inName >= 0) return inName + name.length / 1000
  const inPath = path.indexOf(wanted)
  if (inPath >= 0) return 100 + inPath
  let at = -1
  let gaps = 0
  for (const letter of wanted) {
    const next = path.indexOf(letter, at + 1)
    if (next < 0) return null
    gaps += next - at - 1
    at = next
  }
  return 1000 + gaps
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
