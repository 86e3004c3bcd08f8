/** The tab's one connection, as the rest of the page sees it. */
import { reactive, shallowRef } from 'vue'
import { Wire, type Status } from '@/protocol/socket'
import type { AnyEvent, Welcome } from '@/protocol/generated'
import type { Frame } from '@/protocol/frames'

const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('')
const address = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/ws`

export const connection = reactive({ status: 'connecting' as Status, client })
export const welcome = shallowRef<Welcome | null>(null)

type Listener = {
  event?: (event: AnyEvent) => void
  frame?: (frame: Frame) => void
  stale?: (stream: string) => void
  online?: () => void
}
const listeners = new Set<Listener>()
export let wire: Wire = makeWire()
let started = false

function makeWire(): Wire {
  const made = new Wire({ client, open: () => new WebSocket(address()) as never })
  made.onStatus = (status) => (connection.status = status)
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

/** Forgets who was signed in, also in this browser's storage. */
export function disconnect(): void {
  wire.close()
  wire = makeWire()
  started = false
  welcome.value = null
  connection.status = 'connecting'
}

export function listen(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

addEventListener('online', () => started && wire.hurry())
document.addEventListener('visibilitychange', () => started && !document.hidden && wire.hurry())
