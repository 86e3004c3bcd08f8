/** Reads XML in pieces: names without prefix, attributes, text. Knows no document types and no entities but the five. */

export interface XmlSink {
  open(name: string, attributes: Record<string, string>): void
  text(text: string): void
  close(name: string): void
}

const LONGEST_TAG = 1 << 16
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const ATTRIBUTE = /([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

export class XmlError extends Error {}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function resolved(text: string): string {
  return text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
        if (name) return NAMED[name as string] ?? whole
        const code = hex ? parseInt(hex as string, 16) : Number(decimal)
        return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
      })
    : text
}

export class XmlReader {
  private rest = ''

  constructor(private readonly sink: XmlSink) {}

  feed(piece: string): void {
    this.rest += piece
    let at = 0
    for (;;) {
      const open = this.rest.indexOf('<', at)
      if (open < 0) break
      if (open > at) this.sink.text(resolved(this.rest.slice(at, open)))
      const close = this.endOfTag(open)
      if (close < 0) {
        if (this.rest.length - open > LONGEST_TAG) throw new XmlError('a tag does not end')
        at = open
        break
      }
      this.tag(this.rest.slice(open + 1, close))
      at = close + 1
    }
    this.rest = this.rest.slice(at)
    if (this.rest.length > LONGEST_TAG && !this.rest.includes('<')) {
      const kept = this.rest.lastIndexOf('&')
      const cut = kept > this.rest.length - 12 ? kept : this.rest.length
      this.sink.text(resolved(this.rest.slice(0, cut)))
      this.rest = this.rest.slice(cut)
    }
  }

  private endOfTag(open: number): number {
    for (const [start, end] of [
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
    ] as const) {
      if (this.rest.startsWith(start, open)) {
        const found = this.rest.indexOf(end, open + start.length)
        return found < 0 ? -1 : found + end.length - 1
      }
    }
    return this.rest.indexOf('>', open)
  }

  private tag(inner: string): void {
    if (inner.startsWith('![CDATA[')) this.sink.text(inner.slice(8, -2))
    else if (inner.startsWith('/')) this.sink.close(local(inner.slice(1).trim()))
    else if (!inner.startsWith('!') && !inner.startsWith('?')) this.opened(inner)
  }

  private opened(inner: string): void {
    const empty = inner.endsWith('/')
    const body = empty ? inner.slice(0, -1) : inner
    const name = local(/^[^\s]+/.exec(body)?.[0] ?? '')
    const attributes: Record<string, string> = {}
    for (const [, key = '', double, single] of body.matchAll(ATTRIBUTE))
      attributes[key] = resolved(double ?? single ?? '')
    this.sink.open(name, attributes)
    if (empty) this.sink.close(name)
  }
}
