/** The one live region of the page, and the notes that float for a while. */
import { reactive } from 'vue'

export interface Toast {
  id: number
  text: string
  action?: { label: string; act: () => void }
}

export const announced = reactive({ text: '' })
export const toasts = reactive<Toast[]>([])
let count = 0

export function announce(text: string): void {
  announced.text = text
}

/** Shows a note for `ms`; `gone` is called when its time is over, not when it was acted on. */
export function notify(
  text: string,
  options: { ms?: number; action?: Toast['action']; gone?: () => void } = {},
): () => void {
  const id = ++count
  const remove = (): void => {
    clearTimeout(timer)
    const at = toasts.findIndex((toast) => toast.id === id)
    if (at >= 0) toasts.splice(at, 1)
  }
  const timer = setTimeout(() => {
    remove()
    options.gone?.()
  }, options.ms ?? 5000)
  const action = options.action
  const act = action && { label: action.label, act: () => (remove(), action.act()) }
  toasts.push(act ? { id, text, action: act } : { id, text })
  announce(text)
  return remove
}
