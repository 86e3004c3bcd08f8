/** The words for what can go wrong at the door. Pure. */
import type { Key } from '@/i18n'
import { RefusedError } from '@/protocol/errors'

export const LEAST_PASSWORD = 10

export type LinkState = 'looking' | 'offered' | 'spent' | 'unknown'

const codeOf = (error: unknown): string => (error instanceof RefusedError ? error.code : 'internal')

/** A link that is spent never works again; one that could not be looked at may still be good. */
export function linkStateAfter(error: unknown): LinkState {
  return ['not_found', 'bad_request', 'unauthorized', 'forbidden'].includes(codeOf(error))
    ? 'spent'
    : 'unknown'
}

/** What one act at the door was refused for; `wrong` where the server says no to what was typed. */
export function refusalText(error: unknown, wrong: Key): Key {
  const code = codeOf(error)
  if (code === 'rate_limited') return 'signin.tooMany'
  if (code === 'offline' || code === 'unavailable' || code === 'internal') return 'signin.offline'
  return wrong
}

/** What is wrong with a new password, as far as the page can tell. */
export function passwordProblem(password: string, again: string): Key | null {
  if (password.length < LEAST_PASSWORD) return 'password.short'
  return password === again ? null : 'password.differ'
}
