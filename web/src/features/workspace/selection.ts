/** Which rows are chosen: one by a click, more with Ctrl, all between two with Shift. Pure. */

export interface Selection {
  readonly paths: ReadonlySet<string>
  /** Where a stretch began. */
  readonly anchor: string | null
}

export const NOTHING: Selection = { paths: new Set(), anchor: null }

export const only = (path: string): Selection => ({ paths: new Set([path]), anchor: path })

export function toggled(selection: Selection, path: string): Selection {
  const paths = new Set(selection.paths)
  if (!paths.delete(path)) paths.add(path)
  return { paths, anchor: path }
}

/** All rows from the anchor to `path`; what was chosen elsewhere is let go. */
export function stretched(selection: Selection, path: string, rows: readonly string[]): Selection {
  const from = rows.indexOf(selection.anchor ?? path)
  const to = rows.indexOf(path)
  if (from < 0 || to < 0) return only(path)
  const paths = new Set(rows.slice(Math.min(from, to), Math.max(from, to) + 1))
  return { paths, anchor: rows[from] ?? path }
}

/** What of it is still there. */
export function kept(selection: Selection, there: (path: string) => boolean): Selection {
  const paths = [...selection.paths].filter(there)
  if (paths.length === selection.paths.size) return selection
  return {
    paths: new Set(paths),
    anchor: selection.anchor && there(selection.anchor) ? selection.anchor : null,
  }
}

/** What an act at `path` is about: all that is chosen, if `path` is among it. */
export const about = (selection: Selection, path: string): string[] =>
  selection.paths.has(path) ? [...selection.paths] : [path]
