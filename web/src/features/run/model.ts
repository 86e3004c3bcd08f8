/** A run as the page shows it: snapshot plus events, and the words for its states. Pure. */
import { assertNever } from '@/protocol/errors'
import type { AnyEvent, PlotSummary, RunLimits, RunSnapshot } from '@/protocol/generated'
import { t, type Key } from '@/i18n'
import { limitHint, limitText, sizeText, spanText } from './limits'

export interface RunView extends RunSnapshot {
  /** Milliseconds since 1970 on this device; null before it ran. */
  startedAt: number | null
  endedAt: number | null
  /** When an idle prompt ends, on this device's clock; null unless it was warned of. */
  expiresAt: number | null
}

export type NoticeCode = RunSnapshot['notices'][number]
export type Tone = 'idle' | 'busy' | 'waiting' | 'good' | 'bad'
export interface RunWords {
  text: string
  tone: Tone
}

/** Takes a fresh snapshot, keeping what only this page knows. */
export function fromSnapshot(snapshot: RunSnapshot, before: RunView | null, now: number): RunView {
  const same = before?.run === snapshot.run ? before : null
  const ran = snapshot.state === 'running' || snapshot.state === 'stopping'
  return {
    ...snapshot,
    startedAt: same?.startedAt ?? (ran ? Math.min(snapshot.created, now) : null),
    endedAt: same?.endedAt ?? null,
    expiresAt: at(snapshot.expiresIn, now),
  }
}

export function reduce(view: RunView, event: AnyEvent, now: number): RunView {
  if (event.stream !== view.stream || event.seq <= view.seq) return view
  const next = { ...view, seq: event.seq }
  switch (event.type) {
    case 'run.state':
      return {
        ...next,
        state: event.state,
        phase: event.phase,
        position: event.position,
        startedAt: view.startedAt ?? (event.state === 'running' ? now : null),
      }
    case 'run.waiting':
      return { ...next, waiting: event.waiting }
    case 'run.script_ended':
      return { ...next, scriptEnd: event.end, endedAt: now }
    case 'run.plot':
      return { ...next, plots: withPlot(view.plots, event.plot) }
    case 'run.notice':
      return { ...next, notices: [...view.notices.filter((notice) => notice !== event.notice), event.notice] }
    case 'run.expiring':
      return { ...next, expiresIn: event.expiresIn, expiresAt: at(event.expiresIn, now) }
    case 'run.finished':
      return {
        ...next,
        state: 'finished',
        phase: null,
        waiting: false,
        expiresIn: null,
        expiresAt: null,
        outcome: event.outcome,
        endedAt: view.endedAt ?? now,
      }
    case 'workspace.changed':
    case 'document.updated':
    case 'run.opened':
    case 'stream.reset':
      return view
    default:
      return assertNever(event)
  }
}

const at = (seconds: number | null, now: number): number | null =>
  seconds === null ? null : now + seconds * 1000

function withPlot(plots: PlotSummary[], plot: PlotSummary): PlotSummary[] {
  return [...plots.filter((known) => known.number !== plot.number), plot].sort((a, b) => a.number - b.number)
}

/** The program is on its way or at work: the button says Stop. A waiting prompt does not count. */
export function isBusy(view: RunView | null): boolean {
  if (!view || view.state === 'finished') return false
  return view.state !== 'running' || view.phase !== 'prompt' || !view.waiting
}

export function takesInput(view: RunView | null): boolean {
  return !!view && (view.state === 'running' || view.state === 'stopping')
}

export const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function describe(view: RunView, now: number): RunWords {
  switch (view.state) {
    case 'queued':
      return { text: t('run.state.queued', { n: view.position ?? 1 }), tone: 'busy' }
    case 'starting':
      return { text: t('run.state.starting'), tone: 'busy' }
    case 'stopping':
      return { text: t('run.state.stopping'), tone: 'busy' }
    case 'running':
      if (view.phase === 'prompt')
        return view.scriptEnd ? scriptWords(view) : { text: t('run.state.prompt'), tone: 'idle' }
      if (view.waiting) return { text: t('run.state.waiting'), tone: 'waiting' }
      return { text: t('run.state.running', { time: clock(now - (view.startedAt ?? now)) }), tone: 'busy' }
    case 'finished':
      return endWords(view)
    default:
      return assertNever(view.state)
  }
}

function scriptWords(view: RunView): RunWords {
  const end = view.scriptEnd
  if (!end) return { text: t('run.state.finished'), tone: 'good' }
  if (end.reason !== 'exited')
    return { text: reasonText(end.reason, end.limit, '', view.limits), tone: 'bad' }
  if (end.error === 'KeyboardInterrupt') return { text: t('run.end.stopped_by_user'), tone: 'bad' }
  if (end.error && end.line)
    return { text: t('run.state.errorLine', { line: end.line, error: end.error }), tone: 'bad' }
  if (end.error) return { text: t('run.state.error', { error: end.error }), tone: 'bad' }
  if (end.exitCode !== 0) return { text: t('run.state.exit', { code: end.exitCode }), tone: 'bad' }
  return { text: t('run.state.finished'), tone: 'good' }
}

/** What to do about an import that found nothing; null where there was none. */
export function missingText(view: RunView): string | null {
  const module = view.scriptEnd?.missing
  if (!module) return null
  const environments = (view.scriptEnd?.missingIn ?? []).join(', ')
  return environments ? t('run.missing.elsewhere', { module, environments }) : t('run.missing', { module })
}
const EVICTIONS: readonly NoticeCode[] = ['prompt_evicted', 'room_needed']

function endWords(view: RunView): RunWords {
  const outcome = view.outcome
  if (!outcome) return { text: t('run.state.finished'), tone: 'idle' }
  if (outcome.reason === 'exited') return scriptWords(view)
  if (outcome.reason === 'failed_to_start' && outcome.message) return { text: outcome.message, tone: 'bad' }
  if (outcome.reason === 'idle' && view.notices.some((one) => EVICTIONS.includes(one)))
    return { text: t('run.end.evicted'), tone: 'idle' }
  const quiet = outcome.reason === 'replaced' || outcome.reason === 'idle'
  return {
    text: reasonText(outcome.reason, outcome.limit, outcome.incident ?? '', view.limits),
    tone: quiet ? 'idle' : 'bad',
  }
}

type Reason = NonNullable<RunView['outcome']>['reason']

/** One plain sentence for every way to end. */
export function reasonText(
  reason: Reason,
  limit: NonNullable<RunView['outcome']>['limit'],
  incident: string,
  limits: RunLimits,
): string {
  switch (reason) {
    case 'exited':
      return t('run.state.finished')
    case 'timed_out':
      return limitText(limit ?? 'wall', limits)
    case 'killed_by_limit':
      return limit ? limitText(limit, limits) : t('run.end.limit.other')
    case 'idle':
      return t('run.end.idle', { size: spanText(limits.idleSeconds) })
    case 'abandoned':
      return t('run.end.abandoned', { size: spanText(limits.awaySeconds) })
    case 'internal_error':
      return t('run.end.internal_error', { incident: incident || '–' })
    case 'stopped_by_user':
    case 'stopped_by_staff':
    case 'replaced':
    case 'server_shutdown':
    case 'failed_to_start':
    case 'lost':
      return t(`run.end.${reason}`)
    default:
      return assertNever(reason)
  }
}

/** What a run says that ends soon unless somebody uses it. */
export function expiringText(view: RunView, now: number): string {
  const name = view.slot.split('/').at(-1) ?? view.slot
  return t(view.phase === 'script' ? 'run.expiringInput' : 'run.expiring', {
    name,
    time: clock((view.expiresAt ?? now) - now),
  })
}

export function noticeText(notice: NoticeCode, limits: RunLimits): string {
  return t(`run.notice.${notice}`, { fast: sizeText(limits.fastBytes), prompts: limits.prompts })
}

/** What the limit says that made the script's error, if it was one. */
export function scriptLimit(view: RunView): string | null {
  const end = view.scriptEnd
  return end?.limit && end.reason === 'exited' ? limitHint(end.limit, view.limits) : null
}

/** A hint only where the name of the error alone makes it true; else Python's own words are the better help. */
export function hintFor(error: string): Key {
  const name = error.split(/[:\s(]/)[0] ?? ''
  const keys: Record<string, Key> = {
    NameError: 'error.hint.NameError',
    IndexError: 'error.hint.IndexError',
    ZeroDivisionError: 'error.hint.ZeroDivisionError',
    SyntaxError: 'error.hint.SyntaxError',
    IndentationError: 'error.hint.IndentationError',
    TabError: 'error.hint.IndentationError',
    FileNotFoundError: 'error.hint.FileNotFoundError',
    ModuleNotFoundError: 'error.hint.ModuleNotFoundError',
    RecursionError: 'error.hint.RecursionError',
    EOFError: 'error.hint.EOFError',
  }
  return keys[name] ?? 'error.next'
}

/** Splits what was typed as a shell would, with '…' and "…". */
export function splitArguments(text: string): string[] {
  const parts = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []
  return parts.map((part) =>
    part.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => String(double ?? single)),
  )
}
