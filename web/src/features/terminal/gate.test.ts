import { Terminal } from '@xterm/xterm'
import { expect, test } from 'vitest'
import { Gate } from './gate'
import { MAX_LINES, PlainText } from './model'
import { MAX_STRING } from './sequences'

const E = '\x1b'
const ST = `${E}\\`

/** What a program may print to its own grid: passes as it is. */
const PASSES = [
  'plain text, accents é and wide 漢字 and 🐍',
  'line\r\n\tindented\b',
  `${E}[31mred${E}[0m${E}[38;2;1;2;3m${E}[48:5:9m${E}[m`,
  `${E}[2J${E}[H${E}[10;20H${E}[3A${E}[K${E}[1;5r${E}[s${E}[u`,
  `${E}[?25l${E}[?25h${E}[?1049h${E}[?1049l${E}[?2004h${E}[?1h${E}=${E}[4h`,
  `${E}7${E}8${E}M${E}(0${E}(B`,
]
/** What it may not print, and what is left of it. */
const REFUSED: [name: string, printed: string, left: string][] = [
  ['title', `${E}]0;Your teacher\x07`, ''],
  ['icon and title, ended by ST', `${E}]2;x${ST}`, ''],
  ['link', `${E}]8;;https://evil.example${ST}click${E}]8;;${ST}`, 'click'],
  ['clipboard', `${E}]52;c;ZXZpbA==\x07`, ''],
  ['clipboard question', `${E}]52;c;?\x07`, ''],
  ['colours asked for', `${E}]10;?\x07${E}]4;1;?\x07${E}]11;?${ST}`, ''],
  ['palette', `${E}]4;1;rgb:00/00/00\x07`, ''],
  [
    'working folder, notice, iTerm, shell marks',
    `${E}]7;f\x07${E}]9;n\x07${E}]1337;File=:x\x07${E}]133;A\x07`,
    '',
  ],
  ['a number nobody has heard of', `${E}]99999;x\x07`, ''],
  ['no number', `${E}]x\x07`, ''],
  [
    'DCS: status, terminfo, sixel, user keys',
    `${E}P$qm${ST}${E}P+q544e${ST}${E}Pq#0${ST}${E}P0;1|17/6c73${ST}`,
    '',
  ],
  ['APC, PM, SOS', `${E}_Gf=100;x${ST}${E}^x${ST}${E}Xx${ST}`, ''],
  ['eight-bit OSC and DCS', '\x9d0;t\x9c\x90+q\x9c\x9fx\x9c', ''],
  ['who are you', `${E}[c${E}[>c${E}[=c${E}[0c${E}Z\x05`, ''],
  ['where is the cursor', `${E}[6n${E}[?6n${E}[5n${E}[?996n`, ''],
  ['modes asked for', `${E}[?1$p${E}[4$p`, ''],
  ['version, window, keyboard', `${E}[>q${E}[18t${E}[21t${E}[8;5;5t${E}[?u${E}[>1u${E}[>4;2m`, ''],
  ['mouse and focus reports', `${E}[?1000h${E}[?1003h${E}[?1004h${E}[?1006h${E}[?9h`, ''],
  ['only what is known of several modes', `${E}[?1000;25;1006h`, `${E}[?25h`],
  ['bell, shift, line feed mode', `\x07\x0e\x0f${E}[20h`, ''],
  ['full and soft reset', `${E}c${E}[!p`, `${E}[m${E}[r${E}[?25h${E}[H${E}[2J`],
  ['cursor that blinks', `${E}[5 q`, ''],
  ['work without end', `${E}[2147483647L${E}[99999999b`, `${E}[500L${E}[500b`],
  ['parameters without end', `${E}[${'1;'.repeat(500)}mx`, 'x'],
  ['a sequence in a sequence', `${E}[3${E}]0;t\x071m`, '1m'],
  ['cancelled', `${E}]0;t\x18text${E}[3\x1a1m`, 'text1m'],
  ['a string that never ends loses one line', `${E}]0;lost\nkept`, '\nkept'],
  ['a long string gives up', `${E}]${'x'.repeat(MAX_STRING)}kept`, 'kept'],
  ['a letter from nowhere', `${E}[31\u00e9x`, 'x'],
]

test.each(PASSES)('passes: %j', (printed) => {
  expect(new Gate().pass(printed)).toBe(printed)
})

test.each(REFUSED)('refused: %s', (_, printed, left) => {
  expect(new Gate().pass(printed)).toBe(left)
})

test.each([...PASSES.map((text) => [text, text]), ...REFUSED.map(([, printed, left]) => [printed, left])])(
  'wherever the frames cut it: %j',
  (printed = '', left) => {
    for (let cut = 1; cut < Math.min(printed.length, 80); cut++) {
      const gate = new Gate()
      expect(gate.pass(printed.slice(0, cut)) + gate.pass(printed.slice(cut))).toBe(left)
    }
    const slow = new Gate()
    expect([...printed].map((sign) => slow.pass(sign)).join('')).toBe(left)
  },
)

/** Every sequence of up to two bytes before a final one, and every number of a string: far more than the lists above. */
function everything(): string[] {
  const marks = ['', ...' !"#$%&\'()*+,-./0123456789:;<=>?']
  const bodies = marks.flatMap((one) => marks.map((two) => one + two))
  const finals = Array.from({ length: 0x7f - 0x40 }, (_, at) => String.fromCharCode(0x40 + at))
  const csi = bodies.flatMap((body) => finals.map((final) => `${E}[${body}${final}`))
  const modes = Array.from({ length: 3000 }, (_, mode) => `${E}[?${mode}h`)
  const escapes = marks.flatMap((mark) =>
    Array.from({ length: 0x7f - 0x30 }, (_, at) => `${E}${mark}${String.fromCharCode(0x30 + at)}${ST}`),
  )
  const strings = Array.from({ length: 3000 }, (_, number) => `${E}]${number};?\x07`)
  return [...csi, ...modes, ...escapes, ...strings, `${E}P$qm${ST}`, '\x05', '\x07']
}

test('of everything that can be printed, nothing makes the terminal answer, ring, retitle or track', async () => {
  const terminal = new Terminal({ allowProposedApi: true })
  const acted: string[] = []
  terminal.onData((text) => acted.push(`answers ${JSON.stringify(text)}`))
  terminal.onBinary(() => acted.push('answers in bytes'))
  terminal.onBell(() => acted.push('rings'))
  terminal.onTitleChange((title) => acted.push(`title ${title}`))
  const gate = new Gate()
  const printed = gate.pass(everything().join(''))
  await new Promise<void>((resolve) => terminal.write(printed, resolve))
  expect(acted).toEqual([])
  expect(terminal.modes.mouseTrackingMode).toBe('none')
  expect(terminal.modes.sendFocusMode).toBe(false)
  await new Promise<void>((resolve) => terminal.write(everything().slice(0, 30_000).join(''), resolve))
  expect(acted.length).toBeGreaterThan(0)
})

test('after a gap a sequence that was cut off swallows nothing', () => {
  const gate = new Gate()
  gate.pass(`${E}]0;half a ti`)
  gate.reset()
  expect(gate.pass('tle\n')).toBe('tle\n')
})

test.each(REFUSED)('plain output is text only: %s', (_, printed) => {
  const plain = new PlainText()
  for (const sign of printed) plain.write(sign)
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  expect(plain.text()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
})

test('plain output: returns overwrite, erased lines are gone, tabs stop at eight, lines are bounded', () => {
  const plain = new PlainText()
  plain.write('a\x1b[3')
  plain.write('1mred\x1b[0m\r\nab\rX\n50 %\r\x1b[K100 %\nx\ty\bz\n')
  expect(plain.text()).toBe('ared\nXb\n100 %\nx       z\n')
  plain.write('x\n'.repeat(MAX_LINES + 1000))
  expect(plain.lines.length).toBe(MAX_LINES)
  plain.note('3 kB are missing')
  expect(plain.lines.slice(-2)).toEqual(['3 kB are missing', ''])
})
