/** Save as a fact, in words. Pure. */
import { t } from '@/i18n'
import type { Status } from '@/protocol/socket'
import type { Doc } from './documents'

export interface SaveWords {
  text: string
  bad: boolean
  retry: boolean
}

/** How long a change by a program is worth a word. */
const MERGED_MS = 8000

export function ago(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 60) return t('save.seconds', { n: seconds })
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? t('save.minutes', { n: minutes }) : t('save.hours', { n: Math.round(minutes / 60) })
}

export function saveWords(
  doc: Pick<Doc, 'save' | 'writable' | 'mergedAt'> | null,
  status: Status,
  now: number,
): SaveWords {
  const quiet = (text: string): SaveWords => ({ text, bad: false, retry: false })
  if (!doc) return quiet('')
  if (!doc.writable) return quiet(t('save.readOnly'))
  switch (doc.save.kind) {
    case 'saved':
      if (doc.mergedAt !== null && now - doc.mergedAt < MERGED_MS) return quiet(t('save.mergedNow'))
      return quiet(
        doc.save.at === null ? t('save.saved') : t('save.savedAgo', { ago: ago(now - doc.save.at) }),
      )
    case 'saving':
      return quiet(t(status === 'online' ? 'save.saving' : 'save.offlineSaving'))
    case 'kept':
      return quiet(t('save.offline', { n: doc.save.changes }))
    case 'failed': {
      const time = new Date(doc.save.since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
      const { message } = doc.save
      return { text: t('save.failed', { time, message }), bad: true, retry: true }
    }
  }
}
