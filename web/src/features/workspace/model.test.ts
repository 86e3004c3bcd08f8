import { expect, test } from 'vitest'
import { changed, entriesOf, freeName, rowsOf } from './model'

const entry = (path: string, folder = false) => ({ path, folder, size: 0, modified: 0 })
test('folders first, numbers as people count, caches left out, a folder takes its contents along', () => {
  let entries = entriesOf([
    entry('b10.py'),
    entry('b2.py'),
    entry('z', true),
    entry('z/in.py'),
    entry('__pycache__', true),
  ])
  expect(rowsOf(entries, new Set(['z']), new Set()).map((row) => row.path)).toEqual([
    'z',
    'z/in.py',
    'b2.py',
    'b10.py',
  ])
  entries = changed(entries, { upserted: [entry('a.py')], removed: ['z'] })
  expect(rowsOf(entries, new Set(), new Set(['b2.py'])).map((row) => row.path)).toEqual(['a.py', 'b10.py'])
})
test('a free name keeps its ending', () => {
  const taken = new Set(['a.py', 'a copy.py'])
  expect(freeName('a.py', (path) => taken.has(path))).toBe('a copy 2.py')
})
