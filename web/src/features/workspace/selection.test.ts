import { expect, test } from 'vitest'
import { about, kept, NOTHING, only, stretched, toggled } from './selection'

const rows = ['a', 'b', 'c', 'd', 'e']
const list = (selection: { paths: ReadonlySet<string> }) => [...selection.paths]

test('a click, Ctrl and Shift choose as everywhere', () => {
  let chosen = only('b')
  expect(list((chosen = stretched(chosen, 'd', rows)))).toEqual(['b', 'c', 'd'])
  expect(list((chosen = stretched(chosen, 'a', rows)))).toEqual(['a', 'b'])
  expect(list((chosen = toggled(chosen, 'e')))).toEqual(['a', 'b', 'e'])
  expect(list(toggled(chosen, 'a'))).toEqual(['b', 'e'])
  expect(list(stretched(NOTHING, 'c', rows))).toEqual(['c'])
  expect(list(stretched({ paths: new Set(['x']), anchor: 'x' }, 'c', rows))).toEqual(['c'])
})
test('an act is about all that is chosen, or about what it was asked of', () => {
  const chosen = stretched(only('a'), 'c', rows)
  expect(about(chosen, 'b')).toEqual(['a', 'b', 'c'])
  expect(about(chosen, 'e')).toEqual(['e'])
})
test('what is gone is not chosen any more', () => {
  const chosen = kept(stretched(only('a'), 'c', rows), (path) => path !== 'a')
  expect(list(chosen)).toEqual(['b', 'c'])
  expect(chosen.anchor).toBeNull()
})
