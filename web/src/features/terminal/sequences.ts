/**
 * What a program prints, cut into text and control sequences. Pure; a sequence may be cut anywhere between two pieces.
 *
 * Follows the parser of a VT500 where that decides what is text. Two differences, both so that a stray mark does not
 * swallow a program's output: a string (title, clipboard, device control …) ends at a line feed, and when it grows long.
 */
export interface Sequence {
  kind: 'text' | 'control' | 'escape' | 'csi'
  /** Of a CSI: the private mark, parameters and intermediates; of an escape: the intermediates. */
  body: string
  /** The text, the control character, or the final character. */
  final: string
}

const ESC = '\x1b'
const STRING_MARKS = 'P]X^_'
export const MAX_BODY = 64
export const MAX_STRING = 4096
/** Control characters of eight bits stand for ESC and the character 0x40 below. */
const C1_OFFSET = 0x40

type State = 'ground' | 'escape' | 'csi' | 'string' | 'stringEscape'

export class SequenceReader {
  #state: State = 'ground'
  #body = ''
  #tooLong = false
  #length = 0
  #text = ''
  #found: Sequence[] = []

  read(piece: string): Sequence[] {
    this.#found = []
    for (const sign of piece) this.#take(sign, sign.charCodeAt(0))
    this.#endText()
    return this.#found
  }

  /** What comes next has no connection with what came before. */
  reset(): void {
    this.#state = 'ground'
  }

  #take(sign: string, code: number): void {
    if (code >= 0x80 && code <= 0x9f) {
      this.#take(ESC, 0x1b)
      this.#take(String.fromCharCode(code - C1_OFFSET), code - C1_OFFSET)
    } else if (code === 0x18 || code === 0x1a) this.#become('ground')
    else if (this.#state === 'string' || this.#state === 'stringEscape') this.#inString(sign)
    else if (code === 0x1b) this.#become('escape')
    else if (code < 0x20 || code === 0x7f) this.#control(sign)
    else if (this.#state === 'ground') this.#text += sign
    else if (this.#state === 'escape') this.#inEscape(sign, code)
    else this.#inCsi(sign, code)
  }

  #inEscape(sign: string, code: number): void {
    if (code < 0x30) this.#collect(sign)
    else if (!this.#body && sign === '[') this.#become('csi')
    else if (!this.#body && STRING_MARKS.includes(sign)) this.#become('string')
    else this.#finish('escape', sign)
  }

  #inCsi(sign: string, code: number): void {
    if (code < 0x40) this.#collect(sign)
    else this.#finish('csi', sign)
  }

  #inString(sign: string): void {
    const escaped = this.#state === 'stringEscape'
    if (escaped && sign !== '\\') {
      this.#become('escape')
      this.#take(sign, sign.charCodeAt(0))
    } else if (escaped || sign === '\x07') this.#become('ground')
    else if (sign === ESC) this.#state = 'stringEscape'
    else if (sign === '\n' || ++this.#length > MAX_STRING) {
      this.#become('ground')
      this.#take(sign, sign.charCodeAt(0))
    }
  }

  #collect(sign: string): void {
    if (this.#body.length < MAX_BODY) this.#body += sign
    else this.#tooLong = true
  }

  #finish(kind: 'escape' | 'csi', final: string): void {
    const whole = final <= '~' && !this.#tooLong
    if (whole) this.#push({ kind, body: this.#body, final })
    this.#become('ground')
  }

  #become(state: State): void {
    this.#state = state
    this.#body = ''
    this.#tooLong = false
    this.#length = 0
  }

  #control(sign: string): void {
    this.#push({ kind: 'control', body: '', final: sign })
  }

  #push(sequence: Sequence): void {
    this.#endText()
    this.#found.push(sequence)
  }

  #endText(): void {
    if (this.#text) this.#found.push({ kind: 'text', body: '', final: this.#text })
    this.#text = ''
  }
}
