/** The limits of a run in words: sizes as people say them, and the sentence for each limit. Pure. */
import type { Limit, RunLimits } from '@/protocol/generated'
import { t } from '@/i18n'
import { sizeText } from '@/i18n/units'

export { sizeText }

export function spanText(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return t('unit.hours', { n: seconds / 3600 })
  if (seconds > 60 && seconds % 60 === 0) return t('unit.minutes', { n: seconds / 60 })
  return t('unit.seconds', { n: seconds })
}

/** What a limit says that ended the run. */
export function limitText(limit: Limit, limits: RunLimits): string {
  switch (limit) {
    case 'cpu':
      return t('run.end.limit.cpu', { size: spanText(limits.cpuSeconds) })
    case 'wall':
      return t('run.end.limit.wall', { size: spanText(limits.wallSeconds) })
    case 'memory':
      return t('run.end.limit.memory', { size: sizeText(limits.memoryBytes) })
    case 'processes':
      return t('run.end.limit.processes', { n: limits.processes })
    case 'disk':
      return t('run.end.limit.disk', { size: sizeText(limits.writtenBytes) })
    case 'disk_full':
      return t('run.end.limit.disk_full')
    case 'open_files':
    case 'file_size':
    case 'tmp':
      return limitHint(limit, limits)
  }
}

/** What a limit says that made the error which Python printed. */
export function limitHint(limit: Limit, limits: RunLimits): string {
  switch (limit) {
    case 'memory':
      return t('error.limit.memory', { size: sizeText(limits.memoryBytes) })
    case 'processes':
      return t('error.limit.processes', { n: limits.processes })
    case 'open_files':
      return t('error.limit.open_files', { n: limits.openFiles })
    case 'file_size':
      return t('error.limit.file_size', { size: sizeText(limits.fileBytes) })
    case 'tmp':
      return t('error.limit.tmp', { size: sizeText(limits.tmpBytes) })
    case 'cpu':
    case 'wall':
    case 'disk':
    case 'disk_full':
      return limitText(limit, limits)
  }
}
