/**
 * The boundary between a program and the page: of what it prints, only what is listed here reaches the terminal.
 *
 * Nothing listed makes the terminal answer, opens, stores or names anything outside its own grid of characters.
 */
import { SequenceReader, type Sequence } from './sequences'

const CONTROLS = '\b\t\n\v\f\r'
/** Tab stop, line up and down, save and restore the cursor, keypad; then the two sets of letters curses draws with. */
const ESCAPES = new Set(['D', 'E', 'H', 'M', '7', '8', '=', '>', '(0', '(B'])
/** Cursor, erase, insert, delete, scroll, tab, colours, scroll region: no prefix, digits and `;` only. */
const FINALS = new Set('@ABCDEFGHIJKLMPSTXZ`abdefgmrsu')
/** These repeat their work so many times; the rest are places, which the terminal bounds itself. */
const REPEATING = new Set('@ILMPSTXZb')
const MAX_REPEAT = 500
const MAX_PLACE = 9999
/** Insert mode. */
const MODES = new Set(['4'])
/** Cursor keys for curses, wrapping, visible cursor, the other screen, pasted text in brackets. */
const PRIVATE_MODES = new Set(['1', '7', '25', '47', '1047', '1048', '1049', '2004'])
/** A full reset would also undo what the page has set: clearing is all that programs want of it. */
const CLEAR = '\x1b[m\x1b[r\x1b[?25h\x1b[H\x1b[2J'

export class Gate {
  #reader = new SequenceReader()

  pass(piece: string): string {
    return this.#reader.read(piece).map(allowed).join('')
  }

  reset(): void {
    this.#reader.reset()
  }
}

export function allowed({ kind, body, final }: Sequence): string {
  switch (kind) {
    case 'text':
      return final
    case 'control':
      return CONTROLS.includes(final) ? final : ''
    case 'escape':
      return body + final === 'c' ? CLEAR : ESCAPES.has(body + final) ? `\x1b${body}${final}` : ''
    case 'csi':
      return allowedCsi(body, final)
  }
}

function allowedCsi(body: string, final: string): string {
  if (final === 'h' || final === 'l') return allowedMode(body, final)
  if (final === 'm') return /^[\d;:]*$/.test(body) ? `\x1b[${bounded(body, MAX_PLACE)}m` : ''
  if (!FINALS.has(final) || !/^[\d;]*$/.test(body)) return ''
  return `\x1b[${bounded(body, REPEATING.has(final) ? MAX_REPEAT : MAX_PLACE)}${final}`
}

function allowedMode(body: string, final: string): string {
  const wanted = body.replace(/^\?/, '').split(';')
  const known = body.startsWith('?') ? PRIVATE_MODES : MODES
  const modes = wanted.filter((mode) => known.has(mode))
  return modes.length ? `\x1b[${body.startsWith('?') ? '?' : ''}${modes.join(';')}${final}` : ''
}

const bounded = (body: string, most: number): string =>
  body.replace(/\d+/g, (digits) => String(Math.min(most, Number(digits))))
