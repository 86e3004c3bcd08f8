/** What kind of picture bytes are, by their first ones, whatever the name says. Pure. */

const SIGNS: [string, number, string][] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/bmp', 0, 'BM'],
  ['image/x-icon', 0, '\0\0\x01\0'],
  ['image/avif', 4, 'ftypavi'],
]

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** The type, or null if it is no picture that browsers show. */
export function pictureType(bytes: Uint8Array): string | null {
  const head = latin(bytes.subarray(0, 32))
  const known = SIGNS.find(([, at, sign]) => head.startsWith(sign, at))
  if (known) return known[0]
  const start = new TextDecoder().decode(bytes.subarray(0, 4096))
  return /^\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?>\s*)*<(?:\w+:)?svg[\s>]/i.test(
    start,
  )
    ? 'image/svg+xml'
    : null
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += latin(bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

export const STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16]

/** The next step of zoom from any value. */
export function zoomed(now: number, larger: boolean): number {
  const next = larger ? STEPS.find((step) => step > now * 1.01) : STEPS.findLast((step) => step < now * 0.99)
  return next ?? now
}
