/** Notebooks (nbformat 3 and 4): what their cells and outputs are, and the same as a script. Pure. */
import { BrokenFileError } from '../whole'

export type Output =
  | { kind: 'text'; text: string; error: boolean }
  | { kind: 'picture'; type: string; data: string; text: string }
  | { kind: 'html'; html: string }
  | { kind: 'markdown'; text: string }

export interface TextCell {
  kind: 'markdown' | 'raw'
  source: string
}
export interface CodeCell {
  kind: 'code'
  source: string
  number: number | null
  outputs: Output[]
}
export type Cell = TextCell | CodeCell

export interface Notebook {
  language: string
  cells: Cell[]
  /** Cells behind these that are not shown. */
  left: number
}

export const MAX_CELLS = 1_000
const MAX_OUTPUTS = 100
const MAX_TEXT = 100_000
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml']

type Json = Record<string, unknown>
const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
/** Texts are one string, or a list of lines. */
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : list(value)
        .filter((line) => typeof line === 'string')
        .join('')
const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n…` : text)
/** The colours and moves of a terminal. */
// eslint-disable-next-line no-control-regex -- that is what they are made of
const plain = (text: string): string => shortened(text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, ''))

export function readNotebook(text: string): Notebook {
  const found = record(parsed(text))
  const cells = Array.isArray(found.cells)
    ? found.cells
    : list(found.worksheets).flatMap((sheet) => list(record(sheet).cells))
  if (!Array.isArray(found.cells) && !Array.isArray(found.worksheets))
    throw new BrokenFileError('it has no cells')
  const { kernelspec, language_info: info } = record(found.metadata)
  const language = textOf(record(info).name) || textOf(record(kernelspec).language) || 'python'
  return {
    language,
    cells: cells.slice(0, MAX_CELLS).map(cellOf),
    left: Math.max(0, cells.length - MAX_CELLS),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new BrokenFileError(error instanceof Error ? error.message : '')
  }
}

function cellOf(value: unknown): Cell {
  const cell = record(value)
  const source = textOf(cell.source ?? cell.input)
  if (cell.cell_type === 'heading')
    return { kind: 'markdown', source: `${'#'.repeat(Number(cell.level) || 1)} ${source}` }
  if (cell.cell_type !== 'code') return { kind: cell.cell_type === 'markdown' ? 'markdown' : 'raw', source }
  const number = cell.execution_count ?? cell.prompt_number
  return {
    kind: 'code',
    source,
    number: typeof number === 'number' ? number : null,
    outputs: list(cell.outputs).slice(0, MAX_OUTPUTS).map(outputOf),
  }
}

function outputOf(value: unknown): Output {
  const output = record(value)
  if (output.output_type === 'stream')
    return {
      kind: 'text',
      text: plain(textOf(output.text)),
      error: (output.name ?? output.stream) === 'stderr',
    }
  if (output.output_type === 'error' || output.output_type === 'pyerr') {
    const lines = list(output.traceback).filter((line) => typeof line === 'string')
    return {
      kind: 'text',
      text: plain(lines.join('\n') || `${textOf(output.ename)}: ${textOf(output.evalue)}`),
      error: true,
    }
  }
  return richest(bundle(output))
}

/** What an output is in all its forms; those of nbformat 3 have short names. */
function bundle(output: Json): Json {
  if ('data' in output) return record(output.data)
  const { png, jpeg, svg, html, text, latex } = output
  return {
    'image/png': png,
    'image/jpeg': jpeg,
    'image/svg+xml': svg,
    'text/html': html,
    'text/latex': latex,
    'text/plain': text,
  }
}

/** The form that shows most, of those that cannot act. */
function richest(data: Json): Output {
  const text = plain(textOf(data['text/plain']))
  for (const type of PICTURES) {
    const found = textOf(data[type])
    if (found) return { kind: 'picture', type, data: found, text }
  }
  const html = textOf(data['text/html'])
  if (html) return { kind: 'html', html: shortened(html) }
  const markdown = textOf(data['text/markdown']) || textOf(data['text/latex'])
  if (markdown) return { kind: 'markdown', text: shortened(markdown) }
  return { kind: 'text', text: text || shortened(JSON.stringify(data, null, 2)), error: false }
}

const commented = (text: string): string => text.replace(/^/gm, '# ').replace(/^# $/gm, '#')
/** Lines that only a notebook understands: `%matplotlib inline`, `!pip install x`, `df?`. */
const MAGIC = /^\s*(?:[%!]|\?|[\w.]+\?{1,2}\s*$)/

function codeOf(source: string): string {
  if (source.startsWith('%%')) return commented(source)
  return source
    .split('\n')
    .map((line) => (MAGIC.test(line) ? commented(line) : line))
    .join('\n')
}

/** The notebook as a script in the form that editors know, `# %%` before each cell; texts and magic are comments. */
export function scriptOf({ cells }: Notebook): string {
  const parts = cells.map((cell) =>
    cell.kind === 'code'
      ? `# %%\n${codeOf(cell.source.trimEnd())}\n`
      : `# %% [${cell.kind}]\n${commented(cell.source.trimEnd())}\n`,
  )
  return parts.join('\n')
}
