import type { ErrorBody, ErrorCode } from './generated'

export type RefusalCode = ErrorCode | 'offline'

/** What the server refused, or `offline` where it could not be asked. */
export class RefusedError extends Error {
  readonly code: RefusalCode
  readonly retryable: boolean
  readonly details: Record<string, unknown>

  constructor(code: RefusalCode, message: string, retryable = false, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.retryable = retryable
    this.details = details
  }

  static of(body: ErrorBody): RefusedError {
    return new RefusedError(body.code, body.message, body.retryable, body.details ?? {})
  }
}

/** The compiler refuses a call of this where a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`)
}
