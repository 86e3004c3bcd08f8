/** JSON as Python writes it, read where it stands: numbers keep all their digits, NaN is one, and the first fault has a place. Pure. */

export type Kind = 'object' | 'array' | 'string' | 'number' | 'logical' | 'null'

export interface Item {
  /** The key in an object, the index in an array; null for the whole. */
  key: string | number | null
  kind: Kind
  /** Where its value begins in the text. */
  at: number
  /** The value, cut where it is long; of objects and arrays nothing. */
  text: string
  /** How many items it has; of plain values 0. */
  count: number
}

/** What is wrong with the text, and in which line and column from 1. */
export class JsonError extends Error {
  constructor(
    readonly fault: 'depth' | 'end' | 'value' | 'comma' | 'key' | 'more',
    readonly line: number,
    readonly column: number,
  ) {
    super(fault)
  }
}

export const MAX_DEPTH = 500
const SHOWN = 500
const SPACE = /[ \t\r\n]*/y
// eslint-disable-next-line no-control-regex -- JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/y
const WORD = /true|false|null/y

export class JsonText {
  constructor(private readonly text: string) {}

  /** Reads all of it; raises `JsonError` at the first fault. */
  check(): Item {
    const start = this.space(this.text.charCodeAt(0) === 0xfeff ? 1 : 0)
    const { item, end } = this.skip(start, null)
    const rest = this.space(end)
    if (rest < this.text.length) throw this.fault('more', rest)
    return item
  }

  /** Items of the object or array that begins at `at`: `count` of them from number `from` on. */
  children(at: number, from: number, count: number): Item[] {
    const items: Item[] = []
    let number = 0
    this.each(at, (item) => {
      if (number++ >= from) items.push(item)
      return items.length < count
    })
    return items
  }

  /** Visits the items until it is told to stop; each is skipped as a whole. */
  private each(at: number, visit: (item: Item) => boolean): void {
    const named = this.text[at] === '{'
    let position = this.space(at + 1)
    if (this.text[position] === (named ? '}' : ']')) return
    for (let index = 0; ; index++) {
      const key = named ? this.key(position) : { name: index, end: position }
      const { item, end } = this.skip(key.end, key.name)
      if (!visit(item)) return
      position = this.space(end)
      if (this.text[position] !== ',') return
      position = this.space(position + 1)
    }
  }

  /** Passes over a value without recursion, since a text may be nested as deep as it is long. */
  private skip(at: number, key: Item['key']): { item: Item; end: number } {
    const opened = this.text[at]
    if (opened !== '{' && opened !== '[') {
      const end = this.plain(at)
      return { item: this.item(at, end, key, 0), end }
    }
    const open: string[] = []
    let count = 0
    let position = at
    for (;;) {
      const sign = this.text[position]
      if (sign === '{' || sign === '[') {
        if (open.length === MAX_DEPTH) throw this.fault('depth', position)
        if (open.length === 1) count++
        open.push(sign)
        position = this.space(position + 1)
        if (this.text[position] !== this.closing(open)) {
          if (sign === '{') position = this.key(position).end
          continue
        }
      } else {
        if (open.length === 1) count++
        position = this.space(this.plain(position))
      }
      while (this.text[position] === this.closing(open)) {
        open.pop()
        position++
        if (!open.length) return { item: this.item(at, position, key, count), end: position }
        position = this.space(position)
      }
      if (this.text[position] !== ',')
        throw this.fault(position < this.text.length ? 'comma' : 'end', position)
      position = this.space(position + 1)
      if (open.at(-1) === '{') position = this.key(position).end
    }
  }

  private closing(open: readonly string[]): string {
    return open.at(-1) === '{' ? '}' : ']'
  }

  private key(at: number): { name: string; end: number } {
    const end = this.match(STRING, at)
    if (end < 0) throw this.fault(at < this.text.length ? 'key' : 'end', at)
    const colon = this.space(end)
    if (this.text[colon] !== ':') throw this.fault(colon < this.text.length ? 'key' : 'end', colon)
    return { name: JSON.parse(this.text.slice(at, end)) as string, end: this.space(colon + 1) }
  }

  private plain(at: number): number {
    for (const kind of [STRING, NUMBER, WORD]) {
      const end = this.match(kind, at)
      if (end > at) return end
    }
    throw this.fault(at < this.text.length ? 'value' : 'end', at)
  }

  private item(at: number, end: number, key: Item['key'], count: number): Item {
    const kind = this.kindAt(at)
    if (kind === 'object' || kind === 'array') return { key, kind, at, text: '', count }
    const raw = this.text.slice(at, Math.min(end, at + 4 * SHOWN))
    const complete = raw.length === end - at
    const whole = kind !== 'string' ? raw : complete ? (JSON.parse(raw) as string) : raw.slice(1)
    return { key, kind, at, text: whole.length > SHOWN ? `${whole.slice(0, SHOWN)}…` : whole, count }
  }

  private kindAt(at: number): Kind {
    const sign = this.text[at]
    if (sign === '{') return 'object'
    if (sign === '[') return 'array'
    if (sign === '"') return 'string'
    if (sign === 't' || sign === 'f') return 'logical'
    return sign === 'n' ? 'null' : 'number'
  }

  private space(at: number): number {
    return this.match(SPACE, at)
  }

  private match(expression: RegExp, at: number): number {
    expression.lastIndex = at
    return expression.test(this.text) ? expression.lastIndex : -1
  }

  private fault(what: JsonError['fault'], at: number): JsonError {
    const before = this.text.slice(0, at)
    const line = before.split('\n').length
    return new JsonError(what, line, at - before.lastIndexOf('\n'))
  }
}
