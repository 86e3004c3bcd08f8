export { Saver, localDrafts, type SaveState } from './saver'
export type { EditorPort } from './codemirror'
