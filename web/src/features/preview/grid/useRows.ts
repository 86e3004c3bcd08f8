/** The cells of what is seen, and a little around it; never more. */
import { ref, shallowRef, watch } from 'vue'

export interface Window {
  from: number
  to: number
  /** Columns from the first to before the last. */
  first: number
  last: number
}
export interface Rows {
  cells: string[][]
  /** What stands before each row. */
  numbers: (number | string)[]
}
export type Fetch = (window: Window) => Promise<Rows>

export function useRows(fetch: Fetch, wanted: () => Window, edition: () => unknown) {
  const held = shallowRef<(Window & Rows) | null>(null)
  const asking = ref(false)
  let again = false

  /** One question at a time; what is asked for meanwhile is asked once, afterwards. */
  async function ask(): Promise<void> {
    if (asking.value) return void (again = true)
    asking.value = true
    do {
      again = false
      const window = wanted()
      const rows = await fetch(window).catch(() => null)
      if (rows) held.value = { ...window, ...rows }
    } while (again)
    asking.value = false
  }
  const covered = (): boolean => {
    const [has, wants] = [held.value, wanted()]
    return (
      has !== null &&
      has.from <= wants.from &&
      has.to >= wants.to &&
      has.first <= wants.first &&
      has.last >= wants.last
    )
  }
  watch(
    () => JSON.stringify(wanted()),
    () => void (covered() || ask()),
  )
  watch(edition, () => void ask(), { immediate: true })

  const cell = (row: number, column: number): string | undefined =>
    held.value?.cells[row - held.value.from]?.[column - held.value.first]
  const number = (row: number): number | string => held.value?.numbers[row - held.value.from] ?? ''
  return { cell, number, asking }
}
