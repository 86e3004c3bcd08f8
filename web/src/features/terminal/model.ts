/** Plain text of what a terminal prints: carriage returns and backspaces act, colours and the rest are left out. Pure. */
import { t } from '@/i18n'

export const MAX_LINES = 5000

export function gapText(dropped: number): string {
  const size =
    dropped < 10_000
      ? `${dropped} B`
      : dropped < 10_000_000
        ? `${Math.round(dropped / 1000)} kB`
        : `${Math.round(dropped / 1e6)} MB`
  return t('output.gap', { size })
}

// eslint-disable-next-line no-control-regex -- these are the bytes that are looked for
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])/g
// eslint-disable-next-line no-control-regex -- see above
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)?$/

export class PlainText {
  lines: string[] = ['']
  dropped = 0
  #column = 0
  #rest = ''

  write(text: string): void {
    const all = this.#rest + text
    const tail = UNFINISHED.exec(all)
    this.#rest = tail && tail[0].length < 4096 ? tail[0] : ''
    const whole = this.#rest ? all.slice(0, -this.#rest.length) : all
    for (const part of whole.replace(ESCAPES, '').split(/([\r\n\b])/)) this.#part(part)
    const extra = this.lines.length - MAX_LINES
    if (extra > 0) {
      this.lines.splice(0, extra)
      this.dropped += extra
    }
  }

  clear(): void {
    this.lines = ['']
    this.#column = 0
  }

  text(): string {
    return this.lines.join('\n')
  }

  #part(part: string): void {
    const at = this.lines.length - 1
    const line = this.lines[at] ?? ''
    if (part === '\n') {
      this.lines.push('')
      this.#column = 0
    } else if (part === '\r') this.#column = 0
    else if (part === '\b') this.#column = Math.max(0, this.#column - 1)
    else if (part) {
      // eslint-disable-next-line no-control-regex -- bells and other marks are not text
      const clean = part.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
      this.lines[at] = line.slice(0, this.#column) + clean + line.slice(this.#column + clean.length)
      this.#column += clean.length
    }
  }
}
