/** xterm.js behind the port, with everything shut off that a hostile program could use. */
import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal, type ITheme } from '@xterm/xterm'
import { gapText } from './model'
import { Paced, safeLink, type TerminalEvents, type TerminalPort } from './port'

const SCROLLBACK_LINES = 5000
/** Titles, colours, clipboard, notifications, working directory…: a program may not do these to the page. */
const REFUSED_OSC = [0, 1, 2, 4, 5, 7, 9, 10, 11, 12, 17, 19, 50, 52, 104, 110, 111, 112, 133, 633, 777, 1337]

export class XtermConsole implements TerminalPort {
  readonly terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #events: TerminalEvents
  readonly #pace: Paced
  readonly #observer: ResizeObserver
  readonly #host: HTMLElement
  #replaying = false
  #leaving = false
  /** False for watchers: they send nothing, not even answers to queries. */
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
      linkHandler: { activate: (_, address) => this.#link(address), allowNonHttpProtocols: false },
    })
    this.terminal.loadAddon(this.#fit)
    this.terminal.loadAddon(new Unicode11Addon())
    this.terminal.loadAddon(new WebLinksAddon((_, address) => this.#link(address)))
    this.terminal.unicode.activeVersion = '11'
    this.#harden()
    this.terminal.attachCustomKeyEventHandler((event) => this.#key(event))
    this.terminal.onData((text) => this.live && events.typed(text))
    this.terminal.open(host)
    this.name(label)
    this.#pace = new Paced((bytes, replayed, done) => {
      this.#replaying = replayed
      this.terminal.write(bytes, done)
    })
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

  write(bytes: Uint8Array, replayed: boolean, done: () => void): void {
    this.#pace.push(bytes, replayed, done)
  }

  gap(dropped: number): void {
    this.write(new TextEncoder().encode(`\r\n\x1b[0;2m${gapText(dropped)}\x1b[0m\r\n`), true, () => undefined)
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

  #harden(): void {
    const { parser } = this.terminal
    for (const code of REFUSED_OSC) parser.registerOscHandler(code, () => true)
    const silent = (): boolean => this.#replaying || !this.live
    for (const prefix of ['', '>', '='])
      parser.registerCsiHandler({ ...(prefix && { prefix }), final: 'c' }, silent)
    for (const prefix of ['', '?'])
      parser.registerCsiHandler({ ...(prefix && { prefix }), final: 'n' }, silent)
    for (const prefix of ['', '?'])
      parser.registerCsiHandler({ ...(prefix && { prefix }), intermediates: '$', final: 'p' }, silent)
    parser.registerCsiHandler({ final: 't' }, () => true)
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true)
    parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true)
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
