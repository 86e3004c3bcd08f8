/** CodeMirror and Yjs say the same: what is typed goes into the text, what others typed goes into the editor. */
import { Annotation, Transaction, type ChangeSpec, type TransactionSpec } from '@codemirror/state'
import type { ViewUpdate } from '@codemirror/view'
import type * as Y from 'yjs'

const fromOthers = Annotation.define<boolean>()

/** Puts a person's own changes into the text; tells whether there were any. */
export function typedInto(text: Y.Text, update: ViewUpdate, origin: object): boolean {
  const own = update.transactions.filter((change) => change.docChanged && !change.annotation(fromOthers))
  if (own.length === 0) return false
  text.doc?.transact(() => {
    for (const { changes } of own)
      changes.iterChanges((fromA, toA, fromB, _toB, inserted) => {
        if (toA > fromA) text.delete(fromB, toA - fromA)
        if (inserted.length > 0) text.insert(fromB, inserted.toString())
      })
  }, origin)
  return true
}

/** The change of the editor for a change of the text. It is not in the history: undo takes back what one did oneself. */
export function fromText(event: Y.YTextEvent): TransactionSpec {
  const changes: ChangeSpec[] = []
  let at = 0
  for (const part of event.delta) {
    if (part.retain !== undefined) at += part.retain
    else if (part.delete !== undefined) {
      changes.push({ from: at, to: at + part.delete })
      at += part.delete
    } else changes.push({ from: at, insert: String(part.insert) })
  }
  return { changes, annotations: [fromOthers.of(true), Transaction.addToHistory.of(false)] }
}
