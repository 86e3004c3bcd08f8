import type { Key } from '@/i18n'

/** What the key list shows; nothing takes Ctrl+W, T, N or L. */
export const KEYS: readonly { text: Key; keys: string }[] = [
  { text: 'keys.run', keys: 'Ctrl+Enter, F5' },
  { text: 'keys.stop', keys: 'Ctrl+.' },
  { text: 'keys.save', keys: 'Ctrl+S' },
  { text: 'keys.find', keys: 'Ctrl+F' },
  { text: 'keys.comment', keys: 'Ctrl+/' },
  { text: 'keys.indent', keys: 'Tab, Shift+Tab' },
  { text: 'keys.cursors', keys: 'Ctrl+D, Ctrl+Alt+↑ ↓' },
  { text: 'keys.complete', keys: 'Ctrl+Space' },
  { text: 'keys.undo', keys: 'Ctrl+Z, Ctrl+Y' },
  { text: 'keys.leave', keys: 'Esc, Tab' },
  { text: 'keys.code', keys: 'Ctrl+1' },
  { text: 'keys.output', keys: 'Ctrl+2' },
  { text: 'keys.files', keys: 'Ctrl+3' },
  { text: 'keys.open', keys: 'Ctrl+P' },
  { text: 'keys.tree', keys: 'F2, Delete, Ctrl+D, Shift+F10' },
  { text: 'keys.choose', keys: 'Shift+↑ ↓, Ctrl+A' },
  { text: 'keys.interrupt', keys: 'Ctrl+C, Ctrl+D' },
  { text: 'keys.help', keys: '?' },
]
