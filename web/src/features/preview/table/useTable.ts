/** One table on the page, read by a worker of its own. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Encoding } from '../encoding'
import type { Rows, Window } from '../grid/useRows'
import type { Arrangement } from './arrange'
import type { Answer, Ask, Content, Refusal, Summary } from './messages'

export interface Wish {
  address: string
  content: Content
  encoding: Encoding | null
}

export function useTable(wish: () => Wish, version: () => unknown) {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const summary = shallowRef<Summary | null>(null)
  const failure = ref<{ why: Refusal; message: string } | null>(null)
  const answers = new Map<number, (answer: Answer) => void>()
  let asked = 0
  const send = (ask: Ask): void => worker.postMessage(ask)

  function heard(answer: Answer): void {
    if (answer.type === 'summary') {
      summary.value = answer.summary
      failure.value = null
    } else if (answer.type === 'failed') failure.value = answer
    else {
      answers.get(answer.ask)?.(answer)
      answers.delete(answer.ask)
    }
  }
  worker.onmessage = ({ data }: MessageEvent<Answer>) => heard(data)
  worker.onerror = ({ message }) => (failure.value = { why: 'outOfMemory', message })
  onScopeDispose(() => worker.terminate())

  const answered = (make: (ask: number) => Ask): Promise<Answer> =>
    new Promise((done) => {
      answers.set(++asked, done)
      send(make(asked))
    })
  async function rows(window: Window): Promise<Rows> {
    const answer = await answered((ask) => ({ type: 'rows', ask, window: { ...window } }))
    return answer.type === 'rows' ? answer : { cells: [], numbers: [] }
  }
  async function cell(row: number, column: number): Promise<string> {
    const answer = await answered((ask) => ({ type: 'cell', ask, row, column }))
    return answer.type === 'cell' ? answer.text : ''
  }
  const arrange = (arrangement: Arrangement): void => send({ type: 'arrange', arrangement })
  const open = (): void => send({ type: 'open', ...wish() })
  watch(() => JSON.stringify(wish()), open, { immediate: true })
  watch(version, () => send({ type: 'revise' }))
  return { summary, failure, rows, cell, arrange, open }
}
