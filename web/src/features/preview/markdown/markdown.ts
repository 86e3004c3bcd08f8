/** Markdown to HTML that cannot act: no raw HTML in, DOMPurify behind it, pictures of the same workspace only. */
import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'
import { mathRules } from './math'

/** Where a picture that is named relative to the text lies; null if it may not be shown. */
export type Pictures = (source: string) => string | null

const markdown = new MarkdownIt({ html: false, linkify: false }).use(mathRules)

export function render(text: string, pictures: Pictures = () => null): string {
  return harmless(markdown.render(text), pictures)
}

/** How a page would look is the page's own matter. */
const LOOKS = ['style', 'background', 'bgcolor', 'color', 'border', 'width', 'height', 'align', 'valign']

/** What may stay of HTML of any make: text, tables, pictures that `pictures` knows or that hold their bytes, links that say where they go. */
export function harmless(html: string, pictures: Pictures = () => null): string {
  const fragment = DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'audio',
      'video',
      'source',
      'picture',
    ],
    FORBID_ATTR: [...LOOKS, 'class', 'id', 'name', 'srcset', 'tabindex', 'target'],
    RETURN_DOM_FRAGMENT: true,
  })
  for (const image of fragment.querySelectorAll('img')) place(image, pictures)
  for (const link of fragment.querySelectorAll('a')) aim(link)
  for (const head of fragment.querySelectorAll('th:empty')) head.replaceWith(document.createElement('td'))
  const holder = document.createElement('div')
  holder.append(fragment)
  return holder.innerHTML
}

const HELD = /^data:image\/(?:png|jpeg|gif|webp);base64,/

function place(image: HTMLImageElement, pictures: Pictures): void {
  const source = image.getAttribute('src') ?? ''
  const address = HELD.test(source) ? source : pictures(source)
  if (address !== null) return image.setAttribute('src', address)
  image.replaceWith(image.alt)
}

/** Links leave the page only, in a tab of their own; others would lead nowhere. */
function aim(link: HTMLAnchorElement): void {
  const address = link.getAttribute('href') ?? ''
  if (!/^(?:https?|mailto):/i.test(address)) return link.removeAttribute('href')
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer')
}

/** Pictures beside a file of the workspace, through the address of its files. */
export function picturesBeside(fileAddress: string): Pictures {
  return (source) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(source) || source.startsWith('/') || source.startsWith('\\')) return null
    const root = /^(.*?\/api\/files\/[^/]+\/)/.exec(fileAddress)?.[1]
    const place = new URL(source, new URL(fileAddress, location.origin))
    if (!root || place.origin !== location.origin || !place.pathname.startsWith(root)) return null
    return `${place.pathname}?inline=1`
  }
}
