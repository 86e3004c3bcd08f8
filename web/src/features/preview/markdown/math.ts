/** Formulas in Markdown: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` by themselves; set later by KaTeX. */
import type { MarkdownIt } from 'markdown-it'

const BLOCKS = [
  { open: '$$', close: '$$' },
  { open: '\\[', close: '\\]' },
]

export function mathRules(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math', (state, silent) => {
    const found = formulaAt(state.src, state.pos)
    if (!found) return false
    if (!silent) {
      const token = state.push('math', 'span', 0)
      token.content = found.tex
      token.info = found.block ? 'block' : 'inline'
    }
    state.pos = found.end
    return true
  })
  markdown.block.ruler.before(
    'fence',
    'math',
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
      const found = formulaAt(state.src, start)
      if (!found?.block || found.end > (state.eMarks[endLine - 1] ?? 0)) return false
      const last = Array.from({ length: endLine - startLine }, (_, at) => startLine + at).find(
        (line) => (state.eMarks[line] ?? 0) >= found.end,
      )
      if (last === undefined || state.src.slice(found.end, state.eMarks[last]).trim() !== '') return false
      if (silent) return true
      state.line = last + 1
      const token = state.push('math', 'p', 0)
      token.content = found.tex
      token.info = 'block'
      return true
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  )
  markdown.renderer.rules.math = (tokens, at) => {
    const { info = '', content = '' } = tokens[at] ?? {}
    return `<span data-math="${info}">${markdown.utils.escapeHtml(content)}</span>`
  }
}

interface Formula {
  tex: string
  end: number
  block: boolean
}

/** The formula that begins exactly here. A single dollar wants no space inside and no digit after it, so that prices stay prices. */
export function formulaAt(text: string, at: number): Formula | null {
  for (const { open, close } of BLOCKS) {
    if (text.startsWith(open, at)) return between(text, at, open, close, true)
  }
  if (text.startsWith('\\(', at)) return between(text, at, '\\(', '\\)', false)
  if (text[at] !== '$' || /\s/.test(text[at + 1] ?? ' ')) return null
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++
    else if (text[end] === '\n' && text[end + 1] === '\n') return null
    else if (text[end] === '$')
      return /\s/.test(text[end - 1] ?? ' ') || /\d/.test(text[end + 1] ?? '')
        ? null
        : { tex: text.slice(at + 1, end), end: end + 1, block: false }
  }
  return null
}

function between(text: string, at: number, open: string, close: string, block: boolean): Formula | null {
  const end = text.indexOf(close, at + open.length)
  const tex = end < 0 ? '' : text.slice(at + open.length, end).trim()
  return tex ? { tex, end: end + close.length, block } : null
}
