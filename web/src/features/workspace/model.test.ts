import { expect, test } from 'vitest'
import {
  changed,
  childrenOf,
  entriesOf,
  found,
  freeName,
  outermost,
  parseTable,
  rowsOf,
  type Entries,
} from './model'

const entry = (path: string, folder = false) => ({ path, folder, size: 0, modified: 0 })
const rows = (entries: Entries, open: string[] = []) => rowsOf(childrenOf(entries), new Set(open))
test('folders first, numbers as people count, caches left out, a folder takes its contents along', () => {
  let entries = entriesOf([
    entry('b10.py'),
    entry('b2.py'),
    entry('z', true),
    entry('z/in.py'),
    entry('__pycache__', true),
  ])
  expect(rows(entries, ['z']).map((row) => row.path)).toEqual(['z', 'z/in.py', 'b2.py', 'b10.py'])
  entries = changed(entries, { upserted: [entry('a.py')], removed: ['z'] })
  expect(rows(entries).map((row) => [row.path, row.place, row.of])).toEqual([
    ['a.py', 1, 3],
    ['b2.py', 2, 3],
    ['b10.py', 3, 3],
  ])
})
test('a free name keeps its ending', () => {
  const taken = new Set(['a.py', 'a copy.py'])
  expect(freeName('a.py', (path) => taken.has(path))).toBe('a copy 2.py')
})
test('tables with quotes', () => {
  expect(parseTable('a,b\n1,"x, ""y"""\n2,', ',', 9)).toEqual([
    ['a', 'b'],
    ['1', 'x, "y"'],
    ['2', ''],
  ])
})
test('what a folder holds goes with it', () => {
  expect(outermost(['lib/a/c', 'b', 'lib', 'lib-x', 'library', 'b'])).toEqual([
    'b',
    'lib',
    'lib-x',
    'library',
  ])
})
test('a file is found by parts of its name, the closest first', () => {
  const paths = ['main.py', 'lib/domain.py', 'notes.md', 'mx/a/i/n.txt']
  expect(found(paths, 'main', 9)).toEqual(['main.py', 'lib/domain.py', 'mx/a/i/n.txt'])
  expect(found(paths, 'lib dom', 9)).toEqual(['lib/domain.py'])
  expect(found(paths, 'zz', 9)).toEqual([])
  expect(found(paths, '', 2)).toHaveLength(2)
})
test('five thousand files are rows in a moment', () => {
  const many = entriesOf([
    entry('data', true),
    ...Array.from({ length: 5000 }, (_, n) => entry(`data/file ${n}.txt`)),
  ])
  expect(rows(many)).toHaveLength(1)
  expect(rows(many, ['data']).at(-1)).toMatchObject({ path: 'data/file 4999.txt', place: 5000, of: 5000 })
})
