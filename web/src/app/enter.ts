import { watch } from 'vue'
import { connect, welcome } from './connection'
import { homeOf } from './home'
import { router } from './router'

/** Connects and goes to where the person belongs. */
export async function enter(): Promise<void> {
  connect()
  await new Promise<void>((resolve) => {
    const stop = watch(welcome, (answer) => answer && (queueMicrotask(() => stop()), resolve()), {
      immediate: true,
    })
  })
  if (welcome.value) await router.replace(homeOf(welcome.value))
}
