import { expect, test } from 'vitest'
import type { Frame } from '@/protocol/frames'
import { decodeFrame, encodeFrame } from '@/protocol/frames'
import type { Wire } from '@/protocol/socket'
import { Paced, PIECE_BYTES, safeLink } from './port'
import { RunSession } from './session'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
function rig(answers: { inputOffset: number; outputEnd: number }[]) {
  const asked: number[] = []
  const sent: Frame[] = []
  const shown: string[] = []
  const wire = {
    status: 'online',
    sendFrame: (frame: Frame) => (sent.push(frame), true),
    request: async (command: { offset: number }) => {
      asked.push(command.offset)
      const { inputOffset, outputEnd } = answers[asked.length - 1] ?? { inputOffset: 0, outputEnd: 0 }
      return { channel: asked.length, inputOffset, snapshot: { outputEnd } }
    },
  } as unknown as Wire
  const session = new RunSession(wire, 'r', {
    write: (data, done) => (shown.push(new TextDecoder().decode(data)), done()),
    gap: (dropped) => shown.push(`gap ${dropped}`),
  })
  const output = (channel: number, offset: number, text: string): void =>
    session.frame({ kind: 'OUTPUT', channel, offset, payload: bytes(text) })
  return { session, asked, sent, shown, output }
}

test('after a reconnect every byte is there once', async () => {
  const { session, asked, shown, output } = rig([
    { inputOffset: 0, outputEnd: 0 },
    { inputOffset: 0, outputEnd: 7 },
  ])
  await session.attach()
  output(1, 0, 'hello')
  await session.attach()
  output(1, 5, 'old channel')
  output(2, 3, 'lo wonder')
  expect(asked).toEqual([0, 5])
  expect(shown).toEqual(['hello', ' wonder'])
})

test('a gap is told and the bytes after it go on', async () => {
  const { session, shown, output } = rig([{ inputOffset: 0, outputEnd: 0 }])
  await session.attach()
  const payload = new Uint8Array(8)
  payload[7] = 90
  session.frame({ kind: 'GAP', channel: 1, offset: 90, payload })
  output(1, 90, 'rest')
  expect(shown).toEqual(['gap 90', 'rest'])
})

test('typing is sent again from where the server has it, never doubled', async () => {
  const { session, sent } = rig([
    { inputOffset: 0, outputEnd: 0 },
    { inputOffset: 2, outputEnd: 0 },
  ])
  await session.attach()
  session.type('600\n')
  await session.attach()
  const typed = sent
    .filter((frame) => frame.kind === 'INPUT')
    .map((frame) => [frame.offset, new TextDecoder().decode(frame.payload)])
  expect(typed).toEqual([
    [0, '600\n'],
    [2, '0\n'],
  ])
})

test('frames survive the wire', () => {
  const frame: Frame = { kind: 'OUTPUT', channel: 7, offset: 2 ** 40 + 3, payload: bytes('é') }
  expect(decodeFrame(encodeFrame(frame).buffer)).toEqual(frame)
})

test('a flood is handed on in small pieces, one at a time', () => {
  const ticks: (() => void)[] = []
  const taken: number[] = []
  const pace = new Paced(
    (data, done) => (taken.push(data.length), done()),
    (run) => ticks.push(run),
  )
  pace.push(new Uint8Array(PIECE_BYTES * 2 + 1), () => taken.push(-1))
  expect(taken).toEqual([PIECE_BYTES])
  ticks.shift()?.()
  ticks.shift()?.()
  expect(taken).toEqual([PIECE_BYTES, PIECE_BYTES, 1, -1])
})

test.each([
  ['javascript:alert(1)', null],
  ['file:///etc/passwd', null],
  ['https://a.b/c', 'https://a.b/c'],
])('link %s', (address, safe) => {
  expect(safeLink(address)).toBe(safe)
})
