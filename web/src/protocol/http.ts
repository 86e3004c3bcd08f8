/** REST: what happens before there is a socket, and files of any type. */
import type { ErrorBody } from './generated'
import { RefusedError } from './errors'

async function request(method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'x-pythonide': '1' },
      body: method === 'GET' ? null : JSON.stringify(body ?? {}),
    })
  } catch {
    throw new RefusedError('offline', 'offline', true)
  }
  const text = await response.text()
  if (response.ok) return parsed(text)
  throw refusal(text, response.statusText)
}

/** What an answer that refuses says. */
export const refusal = (text: string, status: string): RefusedError =>
  RefusedError.of(
    errorIn(parsed(text)) ?? {
      code: 'internal',
      message: status,
      retryable: true,
      details: null,
      incident: null,
    },
  )

function parsed(text: string): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : null
  } catch {
    return null
  }
}

function errorIn(answer: unknown): ErrorBody | null {
  if (typeof answer !== 'object' || answer === null) return null
  const body = 'error' in answer ? answer.error : answer
  return typeof body === 'object' && body !== null && 'code' in body ? (body as ErrorBody) : null
}

const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

/** What a link does, told before it is used. */
export interface Offer {
  purpose: 'sign_in' | 'set_password'
  loginName: string
  displayName: string
}

export const http = {
  me: (): Promise<unknown> => request('GET', '/api/me'),
  signIn: (name: string, password: string): Promise<unknown> =>
    request('POST', '/api/login', { name, password }),
  lookAtLink: (token: string): Promise<Offer> =>
    request('POST', '/api/login/link/look', { token }) as Promise<Offer>,
  redeemLink: (token: string): Promise<unknown> => request('POST', '/api/login/link', { token }),
  signOut: (): Promise<unknown> => request('POST', '/api/logout'),
  setPassword: (token: string, password: string): Promise<unknown> =>
    request('POST', '/api/password', { token, password }),
}

export const fileAddress = (workspace: string, path: string): string =>
  `/api/files/${workspace}/${encodedPath(path)}`
export const plotAddress = (run: string, number: number): string => `/api/runs/${run}/plots/${number}`
