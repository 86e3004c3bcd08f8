/** Binary frames of the terminal: `u8 kind | u32 channel | u64 offset | payload`, big-endian. */
import { FRAME_HEADER_BYTES, FRAME_KINDS } from './generated'

export type FrameKind = keyof typeof FRAME_KINDS

export interface Frame {
  kind: FrameKind
  channel: number
  /** Counts bytes of the channel's stream from its start. */
  offset: number
  payload: Uint8Array
}

const NAMES = new Map<number, FrameKind>(
  Object.entries(FRAME_KINDS).map(([name, number]) => [number, name as FrameKind]),
)

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + frame.payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, FRAME_KINDS[frame.kind])
  view.setUint32(1, frame.channel)
  view.setBigUint64(5, BigInt(frame.offset))
  bytes.set(frame.payload, FRAME_HEADER_BYTES)
  return bytes
}

/** Returns null for what this version of the page does not know. */
export function decodeFrame(data: ArrayBuffer): Frame | null {
  if (data.byteLength < FRAME_HEADER_BYTES) return null
  const view = new DataView(data)
  const kind = NAMES.get(view.getUint8(0))
  if (!kind) return null
  return {
    kind,
    channel: view.getUint32(1),
    offset: Number(view.getBigUint64(5)),
    payload: new Uint8Array(data, FRAME_HEADER_BYTES),
  }
}

/** Of a GAP: how many bytes are missing. */
export function droppedBytes(frame: Frame): number {
  const { buffer, byteOffset, length } = frame.payload
  return length < 8 ? 0 : Number(new DataView(buffer, byteOffset, length).getBigUint64(0))
}
