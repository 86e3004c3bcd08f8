/** Texts come from the catalogue only: `t('key', {name})` with an ICU subset of `{name}` and `{n, plural, one {…} other {…}}`. */
import en from './en.json'

export type Key = keyof typeof en
export type Values = Record<string, string | number>

let catalogue: Record<Key, string> = en
let plural = new Intl.PluralRules('en')
let numbers = new Intl.NumberFormat('en')

export function useCatalogue(texts: Record<Key, string>, locale: string): void {
  catalogue = texts
  plural = new Intl.PluralRules(locale)
  numbers = new Intl.NumberFormat(locale)
}

export function t(key: Key, values: Values = {}): string {
  return fill(catalogue[key], values)
}

export function fill(text: string, values: Values): string {
  let filled = ''
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{', at)
    if (open < 0) return filled + text.slice(at)
    const close = closing(text, open)
    filled += text.slice(at, open) + argument(text.slice(open + 1, close), values)
    at = close + 1
  }
  return filled
}

function closing(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error(`unclosed { in “${text}”`)
}

function argument(inner: string, values: Values): string {
  const [, name = '', kind, rest = ''] = /^\s*(\w+)\s*(?:,\s*(\w+)\s*,\s*([\s\S]*))?$/.exec(inner) ?? []
  const value = values[name]
  if (value === undefined) throw new Error(`no value for {${name}}`)
  if (kind === undefined) return typeof value === 'number' ? numbers.format(value) : value
  const choice = choices(rest)
  const picked =
    choice.get(`=${value}`) ?? choice.get(plural.select(Number(value))) ?? choice.get('other') ?? ''
  return fill(picked.replaceAll('#', numbers.format(Number(value))), values)
}

function choices(text: string): Map<string, string> {
  const found = new Map<string, string>()
  let at = 0
  for (let open = text.indexOf('{', at); open >= 0; open = text.indexOf('{', at)) {
    const close = closing(text, open)
    found.set(text.slice(at, open).trim(), text.slice(open + 1, close))
    at = close + 1
  }
  return found
}

/** A catalogue that shows what is not from it: longer, accented, in brackets; arguments stay. */
export function pseudo(texts: Record<Key, string> = en): Record<Key, string> {
  const letters: Record<string, string> = {
    a: 'á',
    e: 'é',
    i: 'í',
    o: 'ó',
    u: 'ú',
    n: 'ñ',
    A: 'Á',
    E: 'É',
    O: 'Ó',
  }
  const strange = (text: string): string =>
    `[${text.replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[aeiounAEO]/g, (part) => letters[part] ?? part)}~~]`
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, strange(text)])) as Record<
    Key,
    string
  >
}
