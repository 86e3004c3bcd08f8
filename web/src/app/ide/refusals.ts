/** What the server refused about a file, in the page's words. */
import { RefusedError } from '@/protocol/errors'
import { sizeText } from '@/i18n/units'
import { t, type Key } from '@/i18n'

const REASONS: Partial<Record<string, Key>> = {
  empty: 'files.name.empty',
  long: 'files.name.long',
  deep: 'files.name.deep',
  space: 'files.name.space',
  invisible: 'files.name.invisible',
  reserved: 'files.name.reserved',
  awkward: 'files.name.awkward',
  system: 'files.name.system',
  itself: 'files.name.itself',
  type: 'files.name.type',
  odd: 'files.name.odd',
  closed: 'files.name.closed',
}
const CODES: Partial<Record<string, Key>> = {
  invalid_name: 'files.error.invalid_name',
  already_exists: 'files.error.already_exists',
  read_only: 'files.error.read_only',
  not_found: 'files.error.not_found',
  offline: 'files.error.offline',
}

export function refusalText(error: unknown, name: string): string {
  if (!(error instanceof RefusedError)) return t('files.error.other', { message: String(error) })
  const { code, details, message } = error
  const reason = code === 'invalid_name' ? REASONS[String(details.reason)] : undefined
  if (reason) return t(reason, { name: typeof details.name === 'string' ? details.name : name })
  if (code === 'too_large' && typeof details.limit === 'number')
    return t('files.error.too_large', { name, size: sizeText(details.limit) })
  const known = CODES[code]
  return known ? t(known, { name }) : t('files.error.other', { message })
}
