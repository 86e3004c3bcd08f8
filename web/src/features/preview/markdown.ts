/** Markdown to HTML that cannot act: no raw HTML in, DOMPurify behind it, no pictures from elsewhere. */
import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: false })

export function render(text: string): string {
  const html = DOMPurify.sanitize(markdown.render(text), {
    FORBID_TAGS: ['img', 'style', 'form', 'input'],
    FORBID_ATTR: ['style', 'class', 'id'],
  })
  return html.replaceAll('<a href="http', '<a target="_blank" rel="noopener noreferrer" href="http')
}
