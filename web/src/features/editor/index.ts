export { LiveText, type Row, type SaveState } from './live'
export { Outbox, type KeptRow } from './outbox'
export type { EditorPort } from './codemirror'
