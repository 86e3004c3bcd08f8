/** The worker around `TableReader`. */
import { RemoteFile } from '@/protocol/parts'
import type { Ask } from './messages'
import { TableReader } from './reader'

/** Lets messages in that came meanwhile; a timer would be slowed down after some turns. */
const breathe = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => (port1.close(), done())
    port2.postMessage(null)
  })

const reader = new TableReader(
  (address) => new RemoteFile(address),
  (answer) => postMessage(answer),
  breathe,
)
addEventListener('message', ({ data }: MessageEvent<Ask>) => void reader.heard(data))
