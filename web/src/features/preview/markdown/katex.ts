/** Sets formulas; a chunk of its own, with its fonts, for texts that have some. */
import katex from 'katex'
import 'katex/dist/katex.css'

/** Sets every formula in an element; what is no TeX stays as it was written, marked. */
export function setFormulas(element: HTMLElement): void {
  for (const span of element.querySelectorAll<HTMLElement>('span[data-math]')) {
    const tex = span.textContent
    try {
      katex.render(tex, span, {
        displayMode: span.dataset.math === 'block',
        trust: false,
        strict: 'ignore',
        maxSize: 20,
        maxExpand: 200,
        throwOnError: true,
      })
    } catch (error) {
      if (!(error instanceof katex.ParseError)) throw error
      span.textContent = tex
      span.title = error.message
      span.dataset.math = 'wrong'
    }
  }
}
