/** Plain text of what a terminal prints: returns, backspaces and erased lines act, colours and the rest are left out. Pure. */
import { t } from '@/i18n'
import { SequenceReader, type Sequence } from './sequences'

export const MAX_LINES = 5000
const TAB = 8

export function gapText(dropped: number): string {
  const size =
    dropped < 10_000
      ? `${dropped} B`
      : dropped < 10_000_000
        ? `${Math.round(dropped / 1000)} kB`
        : `${Math.round(dropped / 1e6)} MB`
  return t('output.gap', { size })
}

export class PlainText {
  lines: string[] = ['']
  dropped = 0
  #column = 0
  #reader = new SequenceReader()

  write(text: string): void {
    for (const sequence of this.#reader.read(text)) this.#do(sequence)
    const extra = this.lines.length - MAX_LINES
    if (extra > 0) {
      this.lines.splice(0, extra)
      this.dropped += extra
    }
  }

  /** A line of the page's own, whatever the program left unfinished. */
  note(text: string): void {
    this.#reader.reset()
    this.write(`\n${text}\n`)
  }

  clear(): void {
    this.lines = [this.lines.at(-1) ?? '']
    this.dropped = 0
  }

  text(): string {
    return this.lines.join('\n')
  }

  #do({ kind, body, final }: Sequence): void {
    if (kind === 'text') this.#print(final)
    else if (kind === 'csi' && final === 'K') this.#erase(body)
    else if (kind === 'control') this.#control(final)
  }

  #control(sign: string): void {
    if (sign === '\n' || sign === '\v' || sign === '\f') {
      this.lines.push('')
      this.#column = 0
    } else if (sign === '\r') this.#column = 0
    else if (sign === '\b') this.#column = Math.max(0, this.#column - 1)
    else if (sign === '\t') this.#print(' '.repeat(TAB - (this.#column % TAB)))
  }

  #print(text: string): void {
    const line = this.#line().padEnd(this.#column)
    this.lines[this.lines.length - 1] =
      line.slice(0, this.#column) + text + line.slice(this.#column + text.length)
    this.#column += text.length
  }

  #erase(body: string): void {
    const line = this.#line()
    this.lines[this.lines.length - 1] =
      body === '' || body === '0' ? line.slice(0, this.#column) : body === '2' ? '' : line
  }

  #line(): string {
    return this.lines.at(-1) ?? ''
  }
}
