import { describe, expect, test } from 'vitest'
import { JsonError, JsonText, MAX_DEPTH, type Item } from './json'

/** The value as `JSON.parse` would give it, by opening every item. */
function valueOf(text: JsonText, item: Item): unknown {
  if (item.kind === 'object' || item.kind === 'array') {
    const items = text.children(item.at, 0, Infinity)
    expect(items.length).toBe(item.count)
    const values = items.map((one) => [one.key, valueOf(text, one)] as const)
    return item.kind === 'array' ? values.map(([, value]) => value) : Object.fromEntries(values)
  }
  return item.kind === 'string' ? item.text : (JSON.parse(item.text) as unknown)
}

const letters = ['a', 'é', '"', '\\', '\n', '😀', '{', '[', ',', ':', ' ']
/** A value made of a seed, as nested as there is room. */
function made(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth ? 7 : 5))
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return Math.round((random() - 0.5) * 1e9) / 1000
  if (kind < 5)
    return Array.from({ length: random() * 5 }, () => letters[Math.floor(random() * letters.length)]).join('')
  const items = Array.from(
    { length: random() * 4 },
    (_, at) => [`${at}"${at}`, made(random, depth - 1)] as const,
  )
  return kind === 5 ? items.map(([, value]) => value) : Object.fromEntries(items)
}
function seeded(seed: number): () => number {
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
}

describe('any value', () => {
  test.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'of seed %i is read as JSON.parse reads it',
    (seed) => {
      const value = made(seeded(seed), 4)
      for (const space of [0, 2]) {
        const text = new JsonText(JSON.stringify(value, null, space))
        expect(valueOf(text, text.check())).toEqual(value)
      }
    },
  )
  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'of seed %i, broken, is refused where JSON.parse refuses',
    (seed) => {
      const random = seeded(seed)
      const whole = JSON.stringify(made(random, 4))
      for (let n = 0; n < 20; n++) {
        const at = Math.floor(random() * whole.length)
        const broken =
          whole.slice(0, at) +
          (random() < 0.5 ? '' : ',]}:"x'[Math.floor(random() * 6)]) +
          whole.slice(at + 1)
        const accepted = (read: () => unknown): boolean => {
          try {
            read()
            return true
          } catch {
            return false
          }
        }
        expect(
          accepted(() => new JsonText(broken).check()),
          broken,
        ).toBe(accepted(() => JSON.parse(broken)))
      }
    },
  )
})

test('numbers keep their digits, and Python’s NaN is one', () => {
  const text = new JsonText('[12345678901234567890123, 1.10, NaN, -Infinity]')
  const items = text.children(text.check().at, 0, 9)
  expect(items.map((item) => item.text)).toEqual(['12345678901234567890123', '1.10', 'NaN', '-Infinity'])
})

test('items come in portions', () => {
  const text = new JsonText(JSON.stringify(Array.from({ length: 1000 }, (_, at) => ({ at }))))
  const root = text.check()
  expect(root.count).toBe(1000)
  expect(text.children(root.at, 990, 100).map((item) => item.key)).toEqual([
    990, 991, 992, 993, 994, 995, 996, 997, 998, 999,
  ])
})

test('what is nested without end is refused, not followed', () => {
  expect(() => new JsonText('['.repeat(1_000_000)).check()).toThrow(JsonError)
  const deep = '['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)
  expect(new JsonText(deep).check().count).toBe(1)
})

test.each<[string, JsonError['fault'], number, number]>([
  ['{"a": 1,\n "b" 2}', 'key', 2, 6],
  ['[1 2]', 'comma', 1, 4],
  ['{"a": tru}', 'value', 1, 7],
  ['{"a": [1,', 'end', 1, 10],
  ['[1] [2]', 'more', 1, 5],
  ["{'a': 1}", 'key', 1, 2],
  ['', 'end', 1, 1],
])('the fault of %j has a place', (text, fault, line, column) => {
  try {
    new JsonText(text).check()
  } catch (error) {
    expect(error).toMatchObject({ fault, line, column })
    return
  }
  throw new Error('it was accepted')
})
