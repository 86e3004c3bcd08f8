/** Scrolling through more rows than a browser can make an element tall: near moves are exact, far ones by proportion. Pure. */

/** Browsers cut elements at some 17 or 33 million pixels, at half of it on fine screens. */
export const TALLEST = 8_000_000

export interface Heights {
  /** Of all rows, in pixels. */
  whole: number
  /** Of the element that stands for them. */
  shown: number
  /** Of what is seen at once. */
  view: number
}

export const heightsOf = (rows: number, rowHeight: number, view: number): Heights => ({
  whole: rows * rowHeight,
  shown: Math.min(rows * rowHeight, TALLEST),
  view,
})

const within = (value: number, most: number): number => Math.min(Math.max(0, value), Math.max(0, most))

/** Where the view begins after the scroll bar went from `before` to `bar`. */
export function topAfter(top: number, before: number, bar: number, { whole, shown, view }: Heights): number {
  if (whole === shown) return within(bar, whole - view)
  const atEnd = bar <= 0 || bar >= shown - view - 1
  const near = Math.abs(bar - before) < view * 2
  if (near && !atEnd) return within(top + bar - before, whole - view)
  return within((bar / Math.max(1, shown - view)) * (whole - view), whole - view)
}

/** Where the scroll bar belongs when the view begins at `top`. */
export function barFor(top: number, { whole, shown, view }: Heights): number {
  if (whole === shown) return top
  return (top / Math.max(1, whole - view)) * (shown - view)
}

/** Where the view must begin so that a row is in it. */
export function topToShow(row: number, top: number, rowHeight: number, { whole, view }: Heights): number {
  const [above, below] = [row * rowHeight, (row + 1) * rowHeight - view]
  if (above < top) return within(above, whole - view)
  return below > top ? within(below, whole - view) : top
}

/** The left edge of every column, and the end. */
export function edgesOf(widths: readonly number[]): number[] {
  const edges = [0]
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width)
  return edges
}

/** The columns that are seen, from their left edges; the last edge is the end. */
export function columnsIn(edges: readonly number[], left: number, width: number): [number, number] {
  const columns = edges.length - 1
  let first = 0
  while (first < columns - 1 && (edges[first + 1] ?? 0) <= left) first++
  let last = first
  while (last < columns && (edges[last] ?? 0) < left + width) last++
  return [first, last]
}
