/** CodeMirror 6 behind a port: one view, one state per open file. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeAnyWord,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { python, pythonLanguage } from '@codemirror/lang-python'
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Prec, StateEffect, StateField, type Extension } from '@codemirror/state'
import {
  crosshairCursor,
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
  WidgetType,
  type DecorationSet,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type * as Y from 'yjs'
import { fromText, typedInto } from './binding'

export interface ShowOptions {
  text: Y.Text
  label: string
  python: boolean
  readOnly: boolean
}

export interface EditorPort {
  /** Shows a file and keeps it one with its text; one that was shown before takes on the other options. */
  show(id: string, options: ShowOptions): void
  forget(id: string): void
  rename(from: string, to: string): void
  mark(id: string, line: number | null, note: HTMLElement | null): void
  insert(text: string): void
  focus(): void
  dispose(): void
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], color: 'var(--keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--string)' },
  { tag: tags.number, color: 'var(--number)' },
  { tag: tags.comment, color: 'var(--comment)', fontStyle: 'italic' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
    ],
    color: 'var(--function)',
  },
  { tag: [tags.className, tags.definition(tags.className), tags.meta], color: 'var(--class)' },
])

const surface = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--sheet)', color: 'var(--ink)', fontSize: 'var(--code-size)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: 'var(--code-line)', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    backgroundColor: 'var(--sheet)',
    color: 'var(--ink3)',
    border: 'none',
    paddingRight: '10px',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '42px', padding: '0 6px 0 8px' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--well) 45%, transparent)',
  },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--mark)' },
  '.cm-searchMatch-selected': { outline: '2px solid var(--accent)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--well) !important', outline: '1px solid var(--edge)' },
  '.cm-errorLine': {
    backgroundColor: 'color-mix(in srgb, var(--stop) 9%, transparent)',
    boxShadow: 'inset 3px 0 var(--stop)',
  },
  '.cm-panels, .cm-tooltip': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    borderColor: 'var(--line)',
    fontFamily: 'var(--sans)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--edge)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--sheet)',
  },
  '.cm-panel.cm-search': { padding: '8px 36px 8px 16px', fontSize: '14px' },
  '.cm-panel.cm-search label': {
    fontSize: '14px',
    display: 'inline-flex',
    alignItems: 'center',
    minHeight: '24px',
  },
  '.cm-textfield': {
    backgroundColor: 'var(--sheet)',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--radius-chip)',
    height: '28px',
    fontSize: '14px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--sheet)',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--radius-chip)',
    height: '28px',
    fontSize: '14px',
  },
  '.cm-panel.cm-search [name=close]': { width: '28px', height: '28px', fontSize: '20px', cursor: 'pointer' },
})

class Note extends WidgetType {
  readonly element: HTMLElement
  constructor(element: HTMLElement) {
    super()
    this.element = element
  }
  override toDOM(): HTMLElement {
    return this.element
  }
  override eq(other: Note): boolean {
    return other.element === this.element
  }
  override ignoreEvent(): boolean {
    return true
  }
}

const setMark = StateEffect.define<{ line: number; note: HTMLElement | null } | null>()
const errorMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let next = marks.map(change.changes)
    for (const effect of change.effects) {
      if (!effect.is(setMark)) continue
      if (!effect.value || effect.value.line > change.state.doc.lines) next = Decoration.none
      else next = markLine(change.state, effect.value.line, effect.value.note)
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

function markLine(state: EditorState, number: number, note: HTMLElement | null): DecorationSet {
  const line = state.doc.line(Math.max(1, number))
  const marks = [Decoration.line({ class: 'cm-errorLine' }).range(line.from)]
  if (note) marks.push(Decoration.widget({ widget: new Note(note), block: true, side: 1 }).range(line.to))
  return Decoration.set(marks)
}

export interface EditorCallbacks {
  typed(id: string): void
}

/** A text, and how to stop listening to it. */
interface Bond {
  text: Y.Text
  end: () => void
}

export class CodeMirrorEditor implements EditorPort {
  readonly #view: EditorView
  readonly #callbacks: EditorCallbacks
  readonly #states = new Map<string, EditorState>()
  readonly #bonds = new Map<string, Bond>()
  readonly #nature = new Compartment()
  #shown = ''

  constructor(host: HTMLElement, callbacks: EditorCallbacks) {
    this.#callbacks = callbacks
    this.#view = new EditorView({ parent: host, state: EditorState.create() })
  }

  show(id: string, options: ShowOptions): void {
    if (this.#shown) this.#states.set(this.#shown, this.#view.state)
    const known = this.#states.get(id)
    const state = known
      ? known.update({ effects: this.#nature.reconfigure(nature(options)) }).state
      : EditorState.create({ doc: options.text.toString(), extensions: this.#extensions(options) })
    if (!known) this.#bind(id, options.text)
    this.#shown = id
    this.#states.set(id, state)
    this.#view.setState(state)
  }

  forget(id: string): void {
    this.#states.delete(id)
    this.#bonds.get(id)?.end()
    this.#bonds.delete(id)
    if (this.#shown === id) this.#shown = ''
  }

  rename(from: string, to: string): void {
    const state = this.#shown === from ? this.#view.state : this.#states.get(from)
    if (!state) return
    const text = this.#bonds.get(from)?.text
    this.forget(from)
    this.#states.set(to, state)
    if (text) this.#bind(to, text)
    if (this.#view.state === state) this.#shown = to
  }

  mark(id: string, line: number | null, note: HTMLElement | null): void {
    const effects: StateEffect<unknown>[] = [setMark.of(line === null ? null : { line, note })]
    if (id === this.#shown) {
      const { doc } = this.#view.state
      if (line !== null && line <= doc.lines)
        effects.push(EditorView.scrollIntoView(doc.line(Math.max(1, line)).from, { y: 'center' }))
      this.#view.dispatch({ effects })
      return
    }
    const state = this.#states.get(id)
    if (state) this.#states.set(id, state.update({ effects }).state)
  }

  insert(text: string): void {
    this.#view.dispatch(this.#view.state.replaceSelection(text === '\t' ? '    ' : text), {
      userEvent: 'input.type',
    })
    this.#view.focus()
  }

  focus(): void {
    this.#view.focus()
  }

  dispose(): void {
    for (const { end } of this.#bonds.values()) end()
    this.#bonds.clear()
    this.#view.destroy()
  }

  #bind(id: string, text: Y.Text): void {
    const heard = (event: Y.YTextEvent, { origin }: Y.Transaction): void => {
      if (origin === this) return
      const state = this.#states.get(id)
      if (id === this.#shown) this.#view.dispatch(fromText(event))
      else if (state) this.#states.set(id, state.update(fromText(event)).state)
    }
    text.observe(heard)
    this.#bonds.set(id, { text, end: () => text.unobserve(heard) })
  }

  #extensions(options: ShowOptions): Extension[] {
    return [
      Prec.highest(keymap.of([{ key: 'Escape', run: tabWillLeave }])), // before that of autocompletion
      lineNumbers(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      errorMark,
      rectangularSelection(),
      crosshairCursor(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      search({ top: true }),
      autocompletion(),
      indentUnit.of('    '),
      EditorState.allowMultipleSelections.of(true),
      EditorState.tabSize.of(4),
      EditorState.lineSeparator.of('\n'), // so that places in the editor and in the text are the same numbers
      EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, '\n')),
      EditorView.contentAttributes.of({
        tabindex: '0',
        spellcheck: 'false',
        autocapitalize: 'off',
        autocorrect: 'off',
      }),
      this.#nature.of(nature(options)),
      syntaxHighlighting(colours),
      surface,
      keymap.of([
        ...closeBracketsKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...completionKeymap,
        ...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'),
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return
        const text = this.#bonds.get(this.#shown)?.text
        if (text && typedInto(text, update, this)) this.#callbacks.typed(this.#shown)
      }),
    ]
  }
}

/** What may change while a file is open: its name, whether it is Python, whether one may write. */
function nature(options: ShowOptions): Extension[] {
  return [
    EditorView.contentAttributes.of({ 'aria-label': options.label }),
    options.python
      ? [python(), pythonLanguage.data.of({ autocomplete: completeAnyWord })]
      : EditorView.lineWrapping,
    options.readOnly
      ? [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-readonly': 'true' })]
      : [],
  ]
}

/** Esc lets the next Tab leave, also where it closes a list of words; any other key takes that back. */
function tabWillLeave(view: EditorView): boolean {
  view.setTabFocusMode(60_000)
  return false
}
