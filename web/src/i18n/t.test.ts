import { afterEach, expect, test } from 'vitest'
import en from './en.json'
import { fill, pseudo, t, useCatalogue } from './t'

afterEach(() => useCatalogue(en, 'en'))
test('arguments and plurals', () => {
  expect(fill('{n, plural, =0 {none} one {# file} other {# files of {who}}}', { n: 3, who: 'Ada' })).toBe(
    '3 files of Ada',
  )
  expect(fill('{n, plural, one {# file} other {# files}}', { n: 1 })).toBe('1 file')
  expect(() => fill('{gone}', {})).toThrow('gone')
})
test('the pseudo-locale keeps arguments', () => {
  useCatalogue(pseudo(), 'en')
  expect(t('tabs.close', { name: 'main.py' })).toBe('[Clósé main.py~~]')
})
test('no text shouts, and none names our machinery', () => {
  for (const text of Object.values(en)) expect(text).not.toMatch(/!|kernel|container|\bsession\b|\brepl\b/i)
})
