/** The worker that holds a JSON text and shows parts of it. */
import { JsonError, JsonText, type Item } from './json'

export type JsonAsk =
  | { type: 'open'; ask: number; bytes: Uint8Array }
  | { type: 'children'; ask: number; at: number; from: number; count: number }
export type JsonAnswer =
  { ask: number; items: Item[] } | { ask: number; fault: JsonError['fault']; line: number; column: number }

let text = new JsonText('null')

function answer(ask: JsonAsk): JsonAnswer {
  if (ask.type === 'children') return { ask: ask.ask, items: text.children(ask.at, ask.from, ask.count) }
  const opened = new JsonText(new TextDecoder().decode(ask.bytes))
  const root = opened.check()
  text = opened
  return { ask: ask.ask, items: [root] }
}

addEventListener('message', ({ data }: MessageEvent<JsonAsk>) => {
  try {
    postMessage(answer(data))
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    const { fault, line, column } = error
    postMessage({ ask: data.ask, fault, line, column } satisfies JsonAnswer)
  }
})
