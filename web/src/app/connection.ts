/** The tab's one connection, as the rest of the page sees it. */
import { reactive, shallowRef } from 'vue'
import { http } from '@/protocol/http'
import { Wire, type Status } from '@/protocol/socket'
import type { AnyEvent, Welcome } from '@/protocol/generated'
import type { Frame } from '@/protocol/frames'
import { Outbox } from '@/features/editor/outbox'

/** An id that nobody else makes. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
const client = newId()
const address = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/ws`

export const connection = reactive({ status: 'connecting' as Status, client })
export const welcome = shallowRef<Welcome | null>(null)

type Listener = {
  event?: (event: AnyEvent) => void
  frame?: (frame: Frame) => void
  stale?: (stream: string) => void
  online?: () => void
  /** The connection came or went; `connection.status` says how it is. */
  status?: () => void
  /** Saves what this part of the page holds; false if it cannot. */
  leaving?: () => Promise<boolean>
}
const listeners = new Set<Listener>()
export const wire: Wire = makeWire()
let started = false

function makeWire(): Wire {
  const made = new Wire({ client, open: () => new WebSocket(address()) as never })
  made.onStatus = (status) => {
    connection.status = status
    for (const listener of [...listeners]) listener.status?.()
  }
  made.onWelcome = (answer) => {
    welcome.value = answer
    for (const listener of [...listeners]) listener.online?.()
  }
  made.onEvent = (event) => listeners.forEach((listener) => listener.event?.(event))
  made.onFrame = (frame) => listeners.forEach((listener) => listener.frame?.(frame))
  made.onStale = (stream) => listeners.forEach((listener) => listener.stale?.(stream))
  return made
}

export function connect(): void {
  if (started) return
  started = true
  wire.connect()
}

/** Signs out once all that was typed is saved, and leaves for a page that knows nothing of it; else says why not. */
export async function signOut(): Promise<'left' | 'offline' | 'unsaved'> {
  if (connection.status !== 'online') return 'offline'
  const saved = await Promise.all([...listeners].map((listener) => listener.leaving?.() ?? true))
  if (saved.includes(false)) return 'unsaved'
  wire.pause() // the server ends this connection with the session, and that would lead to another page as well
  try {
    await http.signOut()
  } catch {
    wire.connect()
    return 'offline'
  }
  await new Outbox(welcome.value?.user.user ?? '').purge()
  location.assign('/')
  return 'left'
}

export function listen(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

addEventListener('online', () => started && wire.hurry())
document.addEventListener('visibilitychange', () => started && !document.hidden && wire.hurry())
