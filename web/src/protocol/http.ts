/** REST: what happens before there is a socket, and files of any type. */
import type { ErrorBody } from './generated'
import { RefusedError } from './errors'

function request(method: string, path: string, body?: unknown): Promise<unknown> {
  return answered(path, {
    method,
    headers: { 'content-type': 'application/json', 'x-pythonide': '1' },
    body: method === 'GET' ? null : JSON.stringify(body ?? {}),
  })
}

async function answered(path: string, options: RequestInit): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin', ...options })
  } catch {
    throw new RefusedError('offline', 'offline', true)
  }
  const text = await response.text()
  const answer: unknown = parsed(text)
  if (response.ok) return answer
  throw RefusedError.of(
    errorIn(answer) ?? {
      code: 'internal',
      message: response.statusText,
      retryable: true,
      details: null,
      incident: null,
    },
  )
}

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

/** How far an upload is; see docs/reference/http.md. */
export interface UploadState {
  upload: string
  offset: number
  size: number
  placed: boolean
  chunkBytes: number
}

export const uploads = {
  begin: (workspace: string, upload: { path: string; size: number; replace: boolean }) =>
    request('POST', `/api/uploads/${workspace}`, upload) as Promise<UploadState>,
  look: (workspace: string, upload: string) =>
    request('GET', `/api/uploads/${workspace}/${upload}`) as Promise<UploadState>,
  send: (workspace: string, upload: string, offset: number, part: Blob, signal: AbortSignal) =>
    answered(`/api/uploads/${workspace}/${upload}?offset=${offset}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'x-pythonide': '1' },
      body: part,
      signal,
    }) as Promise<UploadState>,
  cancel: (workspace: string, upload: string) => request('DELETE', `/api/uploads/${workspace}/${upload}`),
}

/** A zip of some files and folders; the empty path is the whole workspace. */
export const archiveAddress = (workspace: string, paths: readonly string[]): string =>
  `/api/archives/${workspace}?${paths.map((path) => `path=${encodeURIComponent(path)}`).join('&')}`

export const fileAddress = (workspace: string, path: string): string =>
  `/api/files/${workspace}/${encodedPath(path)}`
export const plotAddress = (run: string, number: number): string => `/api/runs/${run}/plots/${number}`
