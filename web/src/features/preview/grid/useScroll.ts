/** What part of a grid is seen. */
import { computed, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import { barFor, heightsOf, topAfter, topToShow } from './scroll'

const SETTLED_MS = 150

export function useScroll(
  host: Readonly<Ref<HTMLElement | null>>,
  rows: () => number,
  rowHeight: number,
  headHeight: () => number,
) {
  const view = ref(0)
  const width = ref(0)
  const left = ref(0)
  const top = ref(0)
  const heights = computed(() => heightsOf(rows(), rowHeight, view.value))
  const first = computed(() => Math.max(0, Math.floor(top.value / rowHeight)))
  const count = computed(() =>
    Math.max(0, Math.min(rows() - first.value, Math.ceil(view.value / rowHeight) + 1)),
  )
  const shift = computed(() => -(top.value % rowHeight))
  let bar = 0
  let settling = 0

  function measure(): void {
    view.value = Math.max(0, (host.value?.clientHeight ?? 0) - headHeight())
    width.value = host.value?.clientWidth ?? 0
  }
  function scrolled(): void {
    if (!host.value) return
    left.value = host.value.scrollLeft
    top.value = topAfter(top.value, bar, host.value.scrollTop, heights.value)
    bar = host.value.scrollTop
    clearTimeout(settling)
    settling = window.setTimeout(place, SETTLED_MS)
  }
  /** Brings the scroll bar to where it belongs, after many exact moves or one by key. */
  function place(): void {
    if (!host.value) return
    host.value.scrollTop = barFor(top.value, heights.value)
    bar = host.value.scrollTop
  }
  function reveal(row: number, columnLeft: number, columnWidth: number, stuck: number): void {
    top.value = topToShow(row, top.value, rowHeight, heights.value)
    place()
    if (!host.value) return
    const right = columnLeft + columnWidth - (width.value - stuck)
    if (columnLeft < host.value.scrollLeft) host.value.scrollLeft = columnLeft
    else if (right > host.value.scrollLeft) host.value.scrollLeft = right
  }
  const observer = new ResizeObserver(measure)
  onMounted(() => {
    if (host.value) observer.observe(host.value)
    measure()
  })
  onBeforeUnmount(() => (observer.disconnect(), clearTimeout(settling)))
  watch(headHeight, measure)
  watch(heights, ({ whole, view: seen }) => {
    const last = Math.max(0, whole - seen)
    if (top.value > last) top.value = last
  })
  return { heights, first, count, shift, left, width, scrolled, reveal }
}
