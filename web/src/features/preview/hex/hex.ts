/** Bytes as people read them: offset, sixteen values, and the letters among them. Pure. */
export const WIDTH = 16

export const offsetText = (offset: number): string => offset.toString(16).padStart(8, '0')

export function hexText(bytes: Uint8Array): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'))
  return `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`.trimEnd()
}

export const letters = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)))
