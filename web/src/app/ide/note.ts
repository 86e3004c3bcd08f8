import { hintFor } from '@/features/run'
import { t } from '@/i18n'

/** The plain sentence under the line on which a program stopped. */
export function errorNote(line: number, error: string, limit: string | null, close: () => void): HTMLElement {
  const note = document.createElement('div')
  note.className = 'error-note'
  const box = document.createElement('div')
  note.dataset.testid = 'error-note'
  const title = document.createElement('b')
  title.textContent = t('error.line', { line, error })
  const hint = document.createElement('p')
  hint.textContent = limit ?? t(hintFor(error))
  const button = document.createElement('button')
  button.className = 'button outline small'
  button.textContent = t('error.close')
  button.addEventListener('click', close)
  box.append(title, hint, button)
  note.append(box)
  return note
}
