/** What a file is shown as. */

/** `other` is whatever the editor did not take: a text in another encoding, too long a one, or no text. */
export type PreviewKind =
  'table' | 'sheet' | 'markdown' | 'image' | 'svg' | 'pdf' | 'json' | 'notebook' | 'other'

/** Kinds that are texts too, and can be edited as such. */
export const ALSO_TEXT: ReadonlySet<string> = new Set(['table', 'markdown', 'svg', 'json', 'notebook'])
