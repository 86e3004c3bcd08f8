import { expect, test } from 'vitest'
import { RefusedError } from '@/protocol/errors'
import { linkStateAfter, passwordProblem, refusalText } from './model'

test.each([
  ['not_found', 'spent'],
  ['bad_request', 'spent'],
  ['offline', 'unknown'],
  ['rate_limited', 'unknown'],
  ['internal', 'unknown'],
] as const)('a link refused with %s is %s', (code, state) => {
  expect(linkStateAfter(new RefusedError(code, ''))).toBe(state)
})
test('only a refusal of what was typed says that it is wrong', () => {
  expect(refusalText(new RefusedError('not_signed_in', ''), 'signin.wrong')).toBe('signin.wrong')
  expect(refusalText(new RefusedError('rate_limited', ''), 'signin.wrong')).toBe('signin.tooMany')
  expect(refusalText(new RefusedError('offline', ''), 'signin.wrong')).toBe('signin.offline')
  expect(refusalText(new TypeError('a fault of the page'), 'signin.wrong')).toBe('signin.offline')
})
test('a password is long enough and typed twice', () => {
  expect(passwordProblem('short', 'short')).toBe('password.short')
  expect(passwordProblem('long enough words', 'long enough word')).toBe('password.differ')
  expect(passwordProblem('long enough words', 'long enough words')).toBeNull()
})
