import { EditorView } from '@codemirror/view'
import { undo } from '@codemirror/commands'
import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { CodeMirrorEditor } from './codemirror'

function pair() {
  const doc = new Y.Doc()
  const text = doc.getText('text')
  const host = document.createElement('div')
  document.body.append(host)
  const typed = vi.fn()
  const editor = new CodeMirrorEditor(host, { typed })
  const view = EditorView.findFromDOM(host) as EditorView
  const type = (at: number, insert: string): void =>
    view.dispatch({ changes: { from: at, insert }, userEvent: 'input.type' })
  return { text, editor, typed, view, type, shown: () => view.state.doc.toString() }
}
const options = (text: Y.Text) => ({ text, label: 'x', python: false, readOnly: false })

test('what others type appears, also in a text that is not in front, and is not taken for typing', () => {
  const { text, editor, typed, shown } = pair()
  text.insert(0, 'one 😀')
  const other = new Y.Doc().getText('text')
  other.insert(0, 'other')
  editor.show('a', options(text))
  editor.show('b', options(other))
  text.insert(0, 'zero ')
  text.delete(8, 1)
  expect(shown()).toBe('other')
  editor.show('a', options(text))
  expect(shown()).toBe(text.toString())
  expect(typed).not.toHaveBeenCalled()
})

test('what is typed is in the text, at the same places', () => {
  const { text, editor, typed, type } = pair()
  text.insert(0, 'é😀')
  editor.show('a', options(text))
  type(3, '<')
  type(0, '>')
  expect(text.toString()).toBe('>é😀<')
  expect(typed).toHaveBeenCalledWith('a')
})

test('undo takes back what one typed oneself, and nothing that others typed meanwhile', () => {
  const { text, editor, view, type, shown } = pair()
  editor.show('a', options(text))
  type(0, 'mine')
  text.insert(0, 'theirs ')
  text.insert(11, ' more')
  undo(view)
  expect(shown()).toBe('theirs  more')
  expect(text.toString()).toBe(shown())
})

test('a renamed text stays bound, a forgotten one does not', () => {
  const { text, editor, type, shown } = pair()
  editor.show('a', options(text))
  editor.rename('a', 'b')
  type(0, 'x')
  text.insert(1, 'y')
  expect(shown()).toBe('xy')
  editor.forget('b')
  text.insert(2, 'z')
  expect(shown()).toBe('xy')
})
