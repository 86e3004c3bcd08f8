/** xterm.js behind the port. What a program prints passes the gate first, so nothing of it makes the terminal act or answer. */
import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal, type ITheme } from '@xterm/xterm'
import { Gate } from './gate'
import { gapText } from './model'
import { Paced, safeLink, type TerminalEvents, type TerminalPort } from './port'

const SCROLLBACK_LINES = 5000
const FRESH = '\x1b[?1049l\x1b[?2004l\x1b[?7h\x1b[4l\x1b[!p\x1b[m'

export class XtermConsole implements TerminalPort {
  readonly terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #events: TerminalEvents
  readonly #pace: Paced
  readonly #observer: ResizeObserver
  readonly #host: HTMLElement
  readonly #gate = new Gate()
  #decoder = new TextDecoder()
  #leaving = false
  /** False for watchers: they send nothing. */
  live = true

  constructor(host: HTMLElement, label: string, events: TerminalEvents) {
    this.#events = events
    this.#host = host
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: false,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 14,
      lineHeight: 1.35,
      scrollback: SCROLLBACK_LINES,
      minimumContrastRatio: 4.5,
    })
    this.terminal.loadAddon(this.#fit)
    this.terminal.loadAddon(new Unicode11Addon())
    this.terminal.loadAddon(new WebLinksAddon((_, address) => this.#link(address)))
    this.terminal.unicode.activeVersion = '11'
    this.terminal.attachCustomKeyEventHandler((event) => this.#key(event))
    this.terminal.onData((text) => this.live && events.typed(text))
    this.terminal.open(host)
    this.name(label)
    this.#pace = new Paced((bytes, done) =>
      this.terminal.write(this.#gate.pass(this.#decoder.decode(bytes, { stream: true })), done),
    )
    this.terminal.onResize(({ cols, rows }) => events.resized(cols, rows))
    this.#observer = new ResizeObserver(() => this.fit())
    this.#observer.observe(host)
    this.paint()
  }

  /** What a screen reader calls it; the run's name may come after the console. */
  name(label: string): void {
    this.terminal.textarea?.setAttribute('aria-label', label)
  }

  fit(): void {
    if (this.#host.clientWidth > 40 && this.#host.clientHeight > 20) this.#fit.fit()
  }

  paint(): void {
    const style = getComputedStyle(document.documentElement)
    const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
    const theme: ITheme = {
      background: token('sheet'),
      foreground: token('ink'),
      cursor: token('ink'),
      cursorAccent: token('sheet'),
      selectionBackground: token('mark'),
      selectionForeground: token('ink'),
      black: token('ink'),
      red: token('stop'),
      green: token('run'),
      yellow: token('warn'),
      blue: token('accent'),
      magenta: token('keyword'),
      cyan: token('string'),
      white: token('ink2'),
      brightBlack: token('ink3'),
      brightRed: token('stop'),
      brightGreen: token('run'),
      brightYellow: token('warn'),
      brightBlue: token('accent'),
      brightMagenta: token('keyword'),
      brightCyan: token('string'),
      brightWhite: token('ink'),
    }
    this.terminal.options.theme = theme
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#pace.push(bytes, done)
  }

  gap(dropped: number): void {
    this.#own(`\r\n\x1b[0;2m${gapText(dropped)}\x1b[0m\r\n`)
  }

  fresh(): void {
    this.#own(`${FRESH}\r\n`)
  }

  focus(): void {
    this.terminal.focus()
  }

  clear(): void {
    this.terminal.clear()
  }

  text(): string {
    const chosen = this.terminal.getSelection()
    if (chosen) return chosen
    const buffer = this.terminal.buffer.active
    const lines = Array.from({ length: buffer.length }, (_, at) => buffer.getLine(at))
    return lines
      .map(
        (line, at) =>
          (line?.isWrapped || at === 0 ? '' : '\n') +
          (line?.translateToString(!lines[at + 1]?.isWrapped) ?? ''),
      )
      .join('')
      .trimEnd()
  }

  size(): { columns: number; rows: number } {
    return { columns: this.terminal.cols, rows: this.terminal.rows }
  }

  dispose(): void {
    this.#observer.disconnect()
    this.terminal.dispose()
  }

  #link(address: string): void {
    const safe = safeLink(address)
    if (safe) this.#events.link(safe)
  }

  /** The page's own words, after what the program has printed so far, whatever it left unfinished. */
  #own(text: string): void {
    this.#pace.then(() => {
      this.#gate.reset()
      this.#decoder = new TextDecoder()
      this.terminal.write(text)
    })
  }

  /** Returns false where the key is not for the program. */
  #key(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true
    const control = event.ctrlKey || event.metaKey
    if (event.key === 'F5' || (control && ['Enter', '.', '1', '2', '3'].includes(event.key))) return false
    if (control && event.key.toLowerCase() === 'c' && this.terminal.hasSelection()) {
      void navigator.clipboard
        ?.writeText(this.terminal.getSelection())
        .catch(() => document.execCommand('copy'))
      this.terminal.clearSelection()
      event.preventDefault()
      return false
    }
    if (control && event.key.toLowerCase() === 'v') return false
    if (event.key === 'Tab' && (this.#leaving || event.shiftKey)) return false
    this.#leaving = event.key === 'Escape'
    return true
  }
}
