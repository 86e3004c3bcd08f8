import { describe, expect, test } from 'vitest'
import { BrokenFileError } from '../whole'
import { MAX_CELLS, readNotebook, scriptOf } from './notebook'

const notebook = (cells: unknown[]): string => JSON.stringify({ nbformat: 4, metadata: {}, cells })
const code = (source: unknown, outputs: unknown[] = []): unknown => ({
  cell_type: 'code',
  execution_count: 3,
  source,
  outputs,
})

describe('a notebook', () => {
  test('texts, code and outputs, the richest form of each that cannot act', () => {
    const { cells } = readNotebook(
      notebook([
        { cell_type: 'markdown', source: ['# Title\n', 'text'] },
        code('1 + 1', [
          { output_type: 'stream', name: 'stderr', text: ['\x1b[31mred', '\x1b[0m'] },
          { output_type: 'execute_result', data: { 'text/plain': '2', 'text/html': '<b>2</b>' } },
          { output_type: 'display_data', data: { 'image/png': 'iVBORw0K\n', 'text/plain': ['<Figure>'] } },
          { output_type: 'display_data', data: { 'application/javascript': 'alert(1)' } },
          { output_type: 'error', ename: 'E', evalue: 'x', traceback: ['\x1b[1mTraceback\x1b[0m', 'E: x'] },
        ]),
      ]),
    )
    expect(cells).toEqual([
      { kind: 'markdown', source: '# Title\ntext' },
      {
        kind: 'code',
        source: '1 + 1',
        number: 3,
        outputs: [
          { kind: 'text', text: 'red', error: true },
          { kind: 'html', html: '<b>2</b>' },
          { kind: 'picture', type: 'image/png', data: 'iVBORw0K\n', text: '<Figure>' },
          { kind: 'text', text: '{\n  "application/javascript": "alert(1)"\n}', error: false },
          { kind: 'text', text: 'Traceback\nE: x', error: true },
        ],
      },
    ])
  })
  test('of the older form', () => {
    const old = { worksheets: [{ cells: [{ cell_type: 'heading', level: 2, source: 'A' }, { cell_type: 'code', input: 'x', prompt_number: 1, outputs: [{ output_type: 'pyout', svg: '<svg/>' }] }] }] } // prettier-ignore
    expect(readNotebook(JSON.stringify(old)).cells).toEqual([
      { kind: 'markdown', source: '## A' },
      {
        kind: 'code',
        source: 'x',
        number: 1,
        outputs: [{ kind: 'picture', type: 'image/svg+xml', data: '<svg/>', text: '' }],
      },
    ])
  })
  test.each(['', 'nothing', '[]', '{}', '{"cells": 3}', 'null'])('%j is refused', (text) => {
    expect(() => readNotebook(text)).toThrow(BrokenFileError)
  })
  test.each([null, 3, 'x', [], {}, { cell_type: 'code', source: { a: 1 }, outputs: [null, 3, { data: 4 }] }])(
    'a cell that is %j breaks nothing',
    (cell) => {
      expect(readNotebook(notebook([cell])).cells).toHaveLength(1)
    },
  )
  test('too many cells are counted', () => {
    expect(readNotebook(notebook(Array.from({ length: MAX_CELLS + 5 }, () => code('x')))).left).toBe(5)
  })
})

test('as a script: texts and what only notebooks understand are comments', () => {
  const script = scriptOf(
    readNotebook(
      notebook([
        { cell_type: 'markdown', source: '# Title\n\nWhy' },
        code('%matplotlib inline\nimport math\n!pip install x\nmath.sin?\nx = 5 % 3\n'),
        code('%%bash\nls'),
      ]),
    ),
  )
  expect(script).toBe(
    `# %% [markdown]
# # Title
#
# Why

# %%
# %matplotlib inline
import math
# !pip install x
# math.sin?
x = 5 % 3

# %%
# %%bash
# ls
`,
  )
})
