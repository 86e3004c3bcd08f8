import { describe, expect, test } from 'vitest'
import { TALLEST, barFor, columnsIn, heightsOf, topAfter, topToShow } from './scroll'

describe('a million rows', () => {
  const heights = heightsOf(1_000_000, 28, 600)
  const last = heights.whole - heights.view
  test('the element stays within what browsers can do', () => {
    expect(heights.shown).toBe(TALLEST)
  })
  test('the wheel moves by what it says', () => {
    expect(topAfter(14_000_000, 4_000_000, 4_000_100, heights)).toBe(14_000_100)
    expect(topAfter(14_000_000, 4_000_000, 3_999_900, heights)).toBe(13_999_900)
  })
  test('the bar reaches both ends exactly', () => {
    expect(topAfter(5_000, 100, 0, heights)).toBe(0)
    expect(topAfter(20_000_000, heights.shown - 700, heights.shown - heights.view, heights)).toBe(last)
  })
  test('a far move is by proportion, and the bar comes back to where it belongs', () => {
    const bar = 3_333_333
    const top = topAfter(0, 0, bar, heights)
    expect(top / last).toBeCloseTo(bar / (heights.shown - heights.view), 6)
    expect(barFor(top, heights)).toBeCloseTo(bar, 3)
  })
  test('every row can be shown', () => {
    for (const row of [0, 1, 17, 499_999, 999_999]) {
      const top = topToShow(row, 14_000_000, 28, heights)
      expect(top).toBeLessThanOrEqual(row * 28)
      expect(top + heights.view).toBeGreaterThanOrEqual((row + 1) * 28)
      expect(topToShow(row, top, 28, heights)).toBe(top)
    }
  })
})

test('few rows scroll as anything does', () => {
  const heights = heightsOf(10, 28, 600)
  expect([topAfter(0, 0, 50, heights), barFor(0, heights)]).toEqual([0, 0])
})

test('only columns in view', () => {
  const edges = [0, 100, 150, 400, 420]
  expect(columnsIn(edges, 0, 120)).toEqual([0, 2])
  expect(columnsIn(edges, 100, 10)).toEqual([1, 2])
  expect(columnsIn(edges, 410, 500)).toEqual([3, 4])
  expect(columnsIn([0], 0, 500)).toEqual([0, 0])
})
