/** What page and worker say to each other about one table. */
import type { Encoding } from '../encoding'
import type { Arrangement } from './arrange'
import type { Cut } from './table'
import type { ColumnType } from './types'

/** How the bytes of a file are to be taken. */
export type Content =
  { kind: 'table'; separator: string | null } | { kind: 'lines' } | { kind: 'workbook'; sheet: number }

export interface Window {
  from: number
  to: number
  /** Columns from the first to before the last. */
  first: number
  last: number
}

export type Ask =
  | { type: 'open'; address: string; content: Content; encoding: Encoding | null }
  | { type: 'revise' }
  | { type: 'arrange'; arrangement: Arrangement }
  | { type: 'rows'; ask: number; window: Window }
  | { type: 'cell'; ask: number; row: number; column: number }

export interface Column {
  name: string
  type: ColumnType
  /** Characters of its longest cell among the first rows. */
  width: number
}

export interface Summary {
  /** Another number: what is shown must be asked for anew. */
  edition: number
  /** Rows that can be shown: those that pass the filter, without the names. */
  rows: number
  /** Rows read so far, without the names. */
  read: number
  columns: Column[]
  named: boolean
  /** Whether the file is read to its end, or to the limit. */
  complete: boolean
  share: number
  busy: 'filtering' | 'sorting' | null
  cut: Cut
  tooWide: boolean
  encoding: Encoding
  separator: string | null
  sheets: string[]
}

export type Refusal =
  'binary' | 'unsettled' | 'tooLarge' | 'notWorkbook' | 'offline' | 'refused' | 'outOfMemory'

export type Answer =
  | { type: 'summary'; summary: Summary }
  | { type: 'rows'; ask: number; cells: string[][]; numbers: number[] }
  | { type: 'cell'; ask: number; text: string }
  | { type: 'failed'; why: Refusal; message: string }
