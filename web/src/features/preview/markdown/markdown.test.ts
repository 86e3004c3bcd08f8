/** What HTML is left of hostile texts is proven in a real browser, tests/browser/test_previews.py: DOMPurify needs one. */
import { describe, expect, test } from 'vitest'
import { picturesBeside, render } from './markdown'
import { formulaAt } from './math'

describe('formulas', () => {
  test.each<[string, string | null]>([
    ['$x^2$', 'x^2'],
    ['$$\\int_0^1 x$$', '\\int_0^1 x'],
    ['\\(a_1\\)', 'a_1'],
    ['\\[b\\]', 'b'],
    ['$5 and $6', null],
    ['$ x$', null],
    ['$x$5', null],
    ['$a\\$b$', 'a\\$b'],
    ['$$', null],
    ['$open', null],
  ])('%s', (text, tex) => {
    expect(formulaAt(text, 0)?.tex ?? null).toBe(tex)
  })
  test('in text, keeping what Markdown would change', () => {
    expect(render('Area $a_1*b_1$ and `$code$`.')).toContain(
      'Area <span data-math="inline">a_1*b_1</span> and <code>$code$</code>.',
    )
  })
  test('by themselves, over several lines', () => {
    const html = render('Before\n\n$$\na\n= b\n- c\n$$\n\nAfter')
    expect(html).toContain('<span data-math="block">a\n= b\n- c</span>')
    expect(html).toContain('After')
  })
})

test('pictures beside the text, and no others', () => {
  const pictures = picturesBeside('/api/files/w1/notes/week%201/a.md')
  expect(pictures('plot.png')).toBe('/api/files/w1/notes/week%201/plot.png?inline=1')
  expect(pictures('../img/a b.png')).toBe('/api/files/w1/notes/img/a%20b.png?inline=1')
  for (const source of [
    '../../../../me',
    '../../../w2/x.png',
    '/api/me',
    '//evil.example/x.png',
    'https://x/y.png',
    'data:image/svg+xml,x',
    '\\\\evil',
  ])
    expect(pictures(source), source).toBeNull()
})
