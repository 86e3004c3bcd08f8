/** Which rows of a long list are worth drawing: those in sight, and some around. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

const AROUND = 12

export function useWindow(list: Readonly<Ref<HTMLElement | null>>, count: () => number) {
  const first = ref(0)
  const room = ref(60)
  const height = ref(32)
  let scroller: HTMLElement | null = null
  let watcher: ResizeObserver | null = null

  function measure(): void {
    if (!list.value || !scroller) return
    const above = scroller.getBoundingClientRect().top - list.value.getBoundingClientRect().top
    height.value = parseFloat(getComputedStyle(list.value).getPropertyValue('--row')) || 32
    first.value = Math.max(0, Math.floor(above / height.value) - AROUND)
    room.value = Math.ceil(scroller.clientHeight / height.value) + 2 * AROUND
  }
  /** Scrolls so that a row is in sight; it is drawn on the next tick. */
  function reveal(index: number): void {
    if (!list.value || !scroller) return
    const top =
      list.value.getBoundingClientRect().top - scroller.getBoundingClientRect().top + index * height.value
    if (top < 0) scroller.scrollTop += top
    else if (top + height.value > scroller.clientHeight)
      scroller.scrollTop += top + height.value - scroller.clientHeight
    measure()
  }
  onMounted(() => {
    scroller = list.value?.closest<HTMLElement>('[data-scroller]') ?? document.documentElement
    scroller.addEventListener('scroll', measure, { passive: true })
    watcher = new ResizeObserver(measure)
    watcher.observe(scroller)
    measure()
  })
  onBeforeUnmount(() => (scroller?.removeEventListener('scroll', measure), watcher?.disconnect()))
  const range = computed(() => {
    const from = Math.max(0, Math.min(first.value, count() - room.value))
    return { from, to: Math.min(count(), from + room.value), height: height.value }
  })
  return { range, reveal, measure }
}
