import { expect, test } from 'vitest'
import type { EndReason, Limit, RunLimits, RunSnapshot, ScriptEnd } from '@/protocol/generated'
import { limitHint, sizeText, spanText } from './limits'
import {
  describe,
  expiringText,
  fromSnapshot,
  hintFor,
  isBusy,
  missingText,
  noticeText,
  reasonText,
  reduce,
  scriptLimit,
  splitArguments,
} from './model'

const limits: RunLimits = {
  cpuSeconds: 60,
  wallSeconds: 600,
  memoryBytes: 256 * 1024 * 1024,
  processes: 64,
  fileBytes: 64 * 1024 * 1024,
  writtenBytes: 512 * 1024 * 1024,
  openFiles: 256,
  tmpBytes: 1024 * 1024 * 1024,
  running: 3,
  prompts: 4,
  idleSeconds: 1800,
  awaySeconds: 600,
  fastBytes: 16 * 1024 * 1024,
}
const snapshot: RunSnapshot = {
  run: 'r',
  workspace: 'w',
  path: 'main.py',
  slot: 'main.py',
  state: 'starting',
  phase: null,
  position: null,
  waiting: false,
  created: 0,
  scriptEnd: null,
  plots: [],
  notices: [],
  expiresIn: null,
  limits,
  outcome: null,
  outputStart: 0,
  outputEnd: 0,
  stream: 'run:r',
  seq: 1,
}
const state = (seq: number, phase: 'script' | 'prompt') =>
  ({ type: 'run.state', stream: 'run:r', seq, state: 'running', phase, position: null }) as const

test('a run from start to prompt, in words', () => {
  let view = fromSnapshot(snapshot, null, 0)
  expect([describe(view, 0).text, isBusy(view)]).toEqual(['Starting…', true])
  view = reduce(view, state(2, 'script'), 1000)
  expect(describe(view, 5000).text).toBe('Running 0:04')
  view = reduce(view, { type: 'run.waiting', stream: 'run:r', seq: 3, waiting: true }, 0)
  expect([describe(view, 0).text, isBusy(view)]).toEqual(['Waiting for you', true])
  const end = {
    exitCode: 1,
    reason: 'exited',
    limit: null,
    error: 'TypeError',
    line: 10,
    file: 'main.py',
    missing: null,
    missingIn: [],
  } satisfies ScriptEnd
  view = reduce(view, { type: 'run.script_ended', stream: 'run:r', seq: 4, end }, 6000)
  view = reduce(view, state(5, 'prompt'), 6000)
  view = reduce(view, { type: 'run.waiting', stream: 'run:r', seq: 6, waiting: true }, 6000)
  expect([describe(view, 0).text, isBusy(view)]).toEqual(['Stopped on line 10: TypeError', false])
  expect(reduce(view, state(5, 'script'), 0)).toBe(view)
})

test('the place in the queue is named as it changes', () => {
  const queued = fromSnapshot({ ...snapshot, state: 'queued', position: 2 }, null, 0)
  expect(describe(queued, 0).text).toBe('In the queue, place 2')
  const next = reduce(queued, { ...state(2, 'script'), state: 'queued', phase: null, position: 1 }, 0)
  expect(describe(next, 0).text).toBe('In the queue, place 1')
})
test('a missing package is named with where it is, or whom to ask', () => {
  const end: ScriptEnd = {
    exitCode: 1,
    reason: 'exited',
    limit: null,
    error: 'ModuleNotFoundError',
    line: 1,
    file: 'main.py',
    missing: null,
    missingIn: [],
  }
  const text = (missing: string | null, missingIn: string[]) =>
    missingText(fromSnapshot({ ...snapshot, scriptEnd: { ...end, missing, missingIn } }, null, 0))
  expect(missingText(fromSnapshot(snapshot, null, 0))).toBeNull()
  expect(text(null, [])).toBeNull()
  expect(text('seaborn', [])).toContain('“seaborn”')
  expect(text('seaborn', [])).toContain('ask your teacher')
  expect(text('seaborn', ['data-science', 'plots'])).toContain('data-science, plots')
})

const REASONS: EndReason[] = [
  'exited',
  'stopped_by_user',
  'stopped_by_staff',
  'replaced',
  'idle',
  'timed_out',
  'killed_by_limit',
  'abandoned',
  'server_shutdown',
  'failed_to_start',
  'lost',
  'internal_error',
]
const LIMITS: (Limit | null)[] = [
  null,
  'cpu',
  'wall',
  'memory',
  'processes',
  'disk',
  'disk_full',
  'open_files',
  'file_size',
  'tmp',
]
test.each(REASONS.flatMap((reason) => LIMITS.map((limit) => [reason, limit] as const)))(
  '%s %s has a sentence',
  (reason, limit) => {
    expect(reasonText(reason, limit, 'i1', limits)).toMatch(/\w{4}/)
  },
)

test.each<[EndReason, Limit | null, string]>([
  ['killed_by_limit', 'memory', '256 MB of memory'],
  ['timed_out', 'cpu', '60 seconds of computing time'],
  ['timed_out', 'wall', 'for more than 10 minutes'],
  ['killed_by_limit', 'processes', 'more than 64 processes'],
  ['killed_by_limit', 'disk', '512 MB to files'],
  ['idle', null, 'for 30 minutes'],
  ['abandoned', null, 'for 10 minutes'],
])('%s %s names its size', (reason, limit, words) => {
  expect(reasonText(reason, limit, '', limits)).toContain(words)
})
test.each<[Limit, string]>([
  ['memory', '256 MB'],
  ['processes', '64'],
  ['open_files', '256'],
  ['file_size', '64 MB'],
  ['tmp', '1 GB'],
])('an error made by %s names its size', (limit, words) => {
  expect(limitHint(limit, limits)).toContain(words)
  const end: ScriptEnd = {
    exitCode: 1,
    reason: 'exited',
    limit,
    error: 'OSError',
    line: 1,
    file: 'main.py',
    missing: null,
    missingIn: [],
  }
  const view = { ...fromSnapshot(snapshot, null, 0), scriptEnd: end }
  expect(scriptLimit(view)).toBe(limitHint(limit, limits))
  expect(scriptLimit({ ...view, scriptEnd: { ...end, limit: null } })).toBeNull()
})
test('notices name the sizes of the course', () => {
  expect(noticeText('prompt_evicted', limits)).toContain('4')
  expect(noticeText('output_slowed', limits)).toContain('16 MB')
  const closed = {
    reason: 'idle',
    limit: null,
    exitCode: 0,
    cpuSeconds: null,
    peakMemoryBytes: null,
    incident: null,
    message: '',
    successor: null,
  } as const
  const view = { ...fromSnapshot({ ...snapshot, state: 'finished', outcome: closed }, null, 0) }
  expect(describe(view, 0).text).toContain('30 minutes')
  expect(describe({ ...view, notices: ['prompt_evicted'] }, 0).text).not.toContain('30 minutes')
})
test('sizes and spans as people say them', () => {
  expect([1024, 1536, 1024 ** 2, 1.5 * 1024 ** 3].map(sizeText)).toEqual(['1 kB', '1.5 kB', '1 MB', '1.5 GB'])
  expect([1, 60, 90, 120, 3600, 7200].map(spanText)).toEqual([
    '1 second',
    '60 seconds',
    '90 seconds',
    '2 minutes',
    '1 hour',
    '2 hours',
  ])
})
test('a warning counts down on this device, is taken back by use, and is right after a reload', () => {
  const warned = (expiresIn: number | null, seq: number) =>
    ({ type: 'run.expiring', stream: 'run:r', seq, expiresIn }) as const
  let view = reduce(fromSnapshot(snapshot, null, 0), warned(120, 2), 5000)
  expect(view.expiresAt).toBe(125000)
  expect(expiringText({ ...view, phase: 'prompt' }, 6000)).toBe(
    'The prompt of main.py closes in 1:59 because nobody uses it.',
  )
  expect(expiringText({ ...view, phase: 'script' }, 125000)).toContain('main.py ends in 0:00')
  view = reduce(view, warned(null, 3), 9000)
  expect(view.expiresAt).toBeNull()
  expect(fromSnapshot({ ...snapshot, expiresIn: 40 }, null, 1000).expiresAt).toBe(41000)
})

test('arguments are split as a shell does', () => {
  expect(splitArguments(`a "b c" 'd e' --x="y z" ""`)).toEqual(['a', 'b c', 'd e', '--x=y z', ''])
})

test.each(['TypeError', 'ValueError', 'KeyError', 'AttributeError', 'UnboundLocalError', 'MyOwnError'])(
  '%s has many causes: the note points at what Python says and guesses nothing',
  (error) => {
    expect(hintFor(`${error}: some words`)).toBe('error.next')
  },
)
test('where the name says it all there is a hint', () => {
  expect(hintFor('ZeroDivisionError: division by zero')).toBe('error.hint.ZeroDivisionError')
})
