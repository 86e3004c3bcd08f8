import { expect, test } from 'vitest'
import type { EndReason, Limit, RunSnapshot } from '@/protocol/generated'
import { describe, fromSnapshot, hintFor, isBusy, reasonText, reduce, splitArguments } from './model'

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
  } as const
  view = reduce(view, { type: 'run.script_ended', stream: 'run:r', seq: 4, end }, 6000)
  view = reduce(view, state(5, 'prompt'), 6000)
  view = reduce(view, { type: 'run.waiting', stream: 'run:r', seq: 6, waiting: true }, 6000)
  expect([describe(view, 0).text, isBusy(view)]).toEqual(['Stopped on line 10: TypeError', false])
  expect(reduce(view, state(5, 'script'), 0)).toBe(view)
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
const LIMITS: (Limit | null)[] = [null, 'cpu', 'wall', 'memory', 'processes', 'disk']
test.each(REASONS.flatMap((reason) => LIMITS.map((limit) => [reason, limit] as const)))(
  '%s %s has a sentence',
  (reason, limit) => {
    expect(reasonText(reason, limit, 'i1')).toMatch(/\w{4}/)
  },
)

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
