/** Which files were open last, on this device; signing out clears it with all else that the browser keeps. */
import { shallowRef, watch, type Ref } from 'vue'

const KEPT = 30
const keyOf = (workspace: string): string => `pythonide.recent.${workspace}`

function stored(workspace: string): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(keyOf(workspace)) ?? '[]')
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

/** Ids of documents, the latest first. */
export function useRecent(workspace: string, active: Readonly<Ref<string | null>>) {
  const recent = shallowRef(stored(workspace))
  watch(active, (id) => {
    if (!id) return
    recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, KEPT)
    localStorage.setItem(keyOf(workspace), JSON.stringify(recent.value))
  })
  return recent
}
