/* Generated from schema.json by `npm run generate`; do not edit. */

export type AnyCommand =
  | Hello
  | Ping
  | ListWorkspaces
  | OpenWorkspace
  | CloseWorkspace
  | CreateFile
  | RenameFile
  | MoveFiles
  | CopyFiles
  | DeleteFile
  | PutInBin
  | ListBin
  | RestoreFromBin
  | EmptyBin
  | LoadDocument
  | SaveDocument
  | StartRun
  | StopRun
  | ExtendRun
  | ResizeRun
  | AttachRun
  | DetachRun
export type AnyEvent =
  | WorkspaceChanged
  | DocumentChanged
  | RunOpened
  | RunStateChanged
  | RunWaiting
  | RunScriptEnded
  | RunPlot
  | RunNotice
  | RunExpiring
  | RunFinished
  | StreamReset
/**
 * Where a run is between admission and its end.
 */
export type RunState = 'finished' | 'queued' | 'running' | 'starting' | 'stopping'
/**
 * What the interpreter of a running run is doing: the script, or the prompt after it.
 */
export type RunPhase = 'prompt' | 'script'
/**
 * Why a run, or its script, ended. The first reason wins.
 */
export type EndReason =
  | 'abandoned'
  | 'exited'
  | 'failed_to_start'
  | 'idle'
  | 'internal_error'
  | 'killed_by_limit'
  | 'lost'
  | 'replaced'
  | 'server_shutdown'
  | 'stopped_by_staff'
  | 'stopped_by_user'
  | 'timed_out'
/**
 * Which limit ended a run, with `EndReason.KILLED_BY_LIMIT` or `TIMED_OUT`, or made the error that ended a script.
 */
export type Limit =
  'cpu' | 'disk' | 'disk_full' | 'file_size' | 'memory' | 'open_files' | 'processes' | 'tmp' | 'wall'
export type Reply = Ok | Refused
/**
 * Stable codes of the wire; one table in the edge maps them to HTTP status and close codes.
 */
export type ErrorCode =
  | 'already_exists'
  | 'bad_request'
  | 'conflict'
  | 'forbidden'
  | 'internal'
  | 'invalid_name'
  | 'limit_reached'
  | 'not_found'
  | 'not_signed_in'
  | 'not_text'
  | 'out_of_order'
  | 'rate_limited'
  | 'read_only'
  | 'timeout'
  | 'too_large'
  | 'unavailable'
  | 'unknown_command'
  | 'unsupported_version'

/**
 * Generated from pythonide.protocol by `make generate`; do not edit.
 */
export interface Wire {
  command: AnyCommand
  event: AnyEvent
  reply: Reply
  results: Results
}
/**
 * Must come first, once. `resume` names the last event seen of each stream.
 */
export interface Hello {
  type: 'connection.hello'
  /**
   * Made by the page once per tab; survives reconnects.
   */
  client: string
  /**
   * @minItems 1
   * @maxItems 8
   */
  versions: number[]
  resume?: {
    [k: string]: number
  }
  requestId: string
}
/**
 * Answered at once; a page that misses two answers reconnects.
 */
export interface Ping {
  type: 'connection.ping'
  requestId: string
}
/**
 * Which trees the person may see.
 */
export interface ListWorkspaces {
  type: 'workspace.list'
  requestId: string
}
/**
 * Show a tree and follow its changes; opening it again gives a fresh snapshot.
 */
export interface OpenWorkspace {
  type: 'workspace.open'
  workspace: string
  requestId: string
}
/**
 * Stop following a tree.
 */
export interface CloseWorkspace {
  type: 'workspace.close'
  workspace: string
  requestId: string
}
/**
 * Make a text file, or a folder (`text` is then empty); never replaces.
 */
export interface CreateFile {
  type: 'file.create'
  workspace: string
  path: string
  folder?: boolean
  text?: string
  requestId: string
}
/**
 * Rename or move a file or folder; never replaces.
 */
export interface RenameFile {
  type: 'file.rename'
  workspace: string
  source: string
  target: string
  requestId: string
}
/**
 * Move files and folders into `folder` (empty: the workspace itself), each under its name; never replaces.
 */
export interface MoveFiles {
  type: 'file.move'
  workspace: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  paths: string[]
  folder: string
  requestId: string
}
/**
 * Copy files and folders, without links and special files; never replaces.
 */
export interface CopyFiles {
  type: 'file.copy'
  workspace: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  copies: Copy[]
  requestId: string
}
/**
 * What is copied, and as what.
 */
export interface Copy {
  source: string
  target: string
}
/**
 * Put a file, or a folder with all it holds, into the bin.
 */
export interface DeleteFile {
  type: 'file.delete'
  workspace: string
  path: string
  requestId: string
}
/**
 * Delete files and folders; they lie in the bin for thirty days.
 */
export interface PutInBin {
  type: 'bin.put'
  workspace: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  paths: string[]
  requestId: string
}
/**
 * What lies in a workspace's bin.
 */
export interface ListBin {
  type: 'bin.list'
  workspace: string
  requestId: string
}
/**
 * Put things back to their place, or beside it under another name if it is taken.
 */
export interface RestoreFromBin {
  type: 'bin.restore'
  workspace: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  items: string[]
  requestId: string
}
/**
 * Delete for good: these items, or all where `items` is null.
 */
export interface EmptyBin {
  type: 'bin.empty'
  workspace: string
  items?: string[] | null
  requestId: string
}
/**
 * Read a text file.
 */
export interface LoadDocument {
  type: 'document.load'
  workspace: string
  path: string
  requestId: string
}
/**
 * Replace the text of revision `base`.
 *
 * Another current revision is a `conflict`: its `details` have `currentRevision` and `currentText`, and nothing is overwritten.
 */
export interface SaveDocument {
  type: 'document.save'
  workspace: string
  path: string
  base: string
  text: string
  requestId: string
}
/**
 * Run a file; a run that holds the file's slot is replaced.
 *
 * `revisions` names what the student saw: any other content on disk is a `conflict` and nothing runs.
 */
export interface StartRun {
  type: 'run.start'
  workspace: string
  path: string
  /**
   * @maxItems 50
   */
  arguments?: string[]
  revisions?: {
    [k: string]: string
  }
  columns?: number
  rows?: number
  requestId: string
}
/**
 * First press: interrupt, and kill after a second; a second press kills at once.
 */
export interface StopRun {
  type: 'run.stop'
  run: string
  requestId: string
}
/**
 * Keep an idle prompt for another full idle time.
 */
export interface ExtendRun {
  type: 'run.extend'
  run: string
  requestId: string
}
/**
 * The terminal's new size.
 */
export interface ResizeRun {
  type: 'run.resize'
  run: string
  columns: number
  rows: number
  requestId: string
}
/**
 * Follow a run: its output from `offset` on as binary frames, and its events.
 */
export interface AttachRun {
  type: 'run.attach'
  run: string
  offset?: number
  requestId: string
}
/**
 * Stop following a run; it goes on.
 */
export interface DetachRun {
  type: 'run.detach'
  run: string
  requestId: string
}
/**
 * Entries that are new or different, and paths that are gone.
 */
export interface WorkspaceChanged {
  type: 'workspace.changed'
  upserted: Entry[]
  removed: string[]
  stream: string
  seq: number
}
/**
 * One line of a file tree. `size` in bytes, `modified` in milliseconds since 1970.
 */
export interface Entry {
  path: string
  folder: boolean
  size: number
  modified: number
}
/**
 * The file's text is another one now; `client` is who saved it, null if a program wrote it.
 */
export interface DocumentChanged {
  type: 'document.changed'
  path: string
  revision: string
  client: string | null
  stream: string
  seq: number
}
/**
 * A run of this workspace was admitted, from this page or another.
 */
export interface RunOpened {
  type: 'run.opened'
  run: RunSnapshot
  stream: string
  seq: number
}
/**
 * A run as it stands; with the events after `seq` it stays true.
 *
 * `path` is null for a fresh prompt without a script.
 */
export interface RunSnapshot {
  run: string
  workspace: string
  path: string | null
  /**
   * The file whose slot the run holds: the same as `path`, also for a fresh prompt.
   */
  slot: string
  state: RunState
  phase: RunPhase | null
  /**
   * Place in the queue, from 1.
   */
  position: number | null
  waiting: boolean
  /**
   * Milliseconds since 1970.
   */
  created: number
  scriptEnd: ScriptEnd | null
  plots: PlotSummary[]
  /**
   * What the student was told of the run; see `run.notice`.
   */
  notices: ('network_needed' | 'output_slowed' | 'prompt_evicted' | 'room_needed' | 'variables_gone')[]
  /**
   * Seconds until an idle prompt ends, once a warning was given.
   */
  expiresIn: number | null
  limits: RunLimits
  outcome: RunOutcome | null
  outputStart: number
  /**
   * Offsets of the bytes still kept.
   */
  outputEnd: number
  stream: string
  seq: number
}
/**
 * How the script ended, by the word of the student's own interpreter.
 */
export interface ScriptEnd {
  exitCode: number
  reason: EndReason
  limit: Limit | null
  error: string | null
  line: number | null
  file: string | null
  /**
   * The top-level module whose `import` found nothing.
   */
  missing: string | null
  /**
   * Other environments that have it, by name.
   */
  missingIn: string[]
}
/**
 * A figure that can be fetched at `/api/runs/<run>/plots/<number>`.
 */
export interface PlotSummary {
  number: number
  width: number
  height: number
  alternative: string
}
/**
 * What the run may use, as its course had it when Run was pressed. Times are seconds, sizes are bytes.
 */
export interface RunLimits {
  cpuSeconds: number
  wallSeconds: number
  memoryBytes: number
  processes: number
  fileBytes: number
  /**
   * All that the run may write to files.
   */
  writtenBytes: number
  openFiles: number
  tmpBytes: number
  /**
   * Programs of one person at once.
   */
  running: number
  /**
   * Open prompts of one person.
   */
  prompts: number
  idleSeconds: number
  /**
   * How long it goes on after the person's last page was closed.
   */
  awaySeconds: number
  /**
   * So much may be printed at full speed.
   */
  fastBytes: number
}
/**
 * How the run ended.
 */
export interface RunOutcome {
  reason: EndReason
  limit: Limit | null
  exitCode: number | null
  cpuSeconds: number | null
  peakMemoryBytes: number | null
  incident: string | null
  /**
   * A plain sentence where the run could not start.
   */
  message: string
  /**
   * The fresh prompt that follows after a stop that had to kill.
   */
  successor: string | null
}
/**
 * A move of the run, or another place in the queue.
 */
export interface RunStateChanged {
  type: 'run.state'
  state: RunState
  phase: RunPhase | null
  position: number | null
  stream: string
  seq: number
}
/**
 * The program began or ceased to wait for input.
 */
export interface RunWaiting {
  type: 'run.waiting'
  waiting: boolean
  stream: string
  seq: number
}
/**
 * The script is over; the prompt follows, if the run goes on.
 */
export interface RunScriptEnded {
  type: 'run.script_ended'
  end: ScriptEnd
  stream: string
  seq: number
}
/**
 * A figure was shown.
 */
export interface RunPlot {
  type: 'run.plot'
  plot: PlotSummary
  stream: string
  seq: number
}
/**
 * Something the student should know in a plain sentence; the page has the words.
 *
 * `network_needed`: programs here have no network. `variables_gone`: this prompt is a fresh one. `output_slowed`: the program prints faster than is kept up with.
 * `prompt_evicted`: the person has too many prompts open, and this one was idle longest. `room_needed`: likewise, of all prompts on the machine.
 */
export interface RunNotice {
  type: 'run.notice'
  notice: 'network_needed' | 'output_slowed' | 'prompt_evicted' | 'room_needed' | 'variables_gone'
  stream: string
  seq: number
}
/**
 * An idle prompt ends in so many seconds unless it is used or extended; null: it was.
 */
export interface RunExpiring {
  type: 'run.expiring'
  expiresIn: number | null
  stream: string
  seq: number
}
/**
 * Nothing of the run is left but its output. The last event of the stream.
 */
export interface RunFinished {
  type: 'run.finished'
  outcome: RunOutcome
  stream: string
  seq: number
}
/**
 * Events up to `seq` are missing, on any stream: open the workspace or attach to the run again for a fresh snapshot.
 */
export interface StreamReset {
  type: 'stream.reset'
  stream: string
  seq: number
}
/**
 * The answer to the command `re`; the shape of `result` belongs to the command.
 */
export interface Ok {
  type: 'reply.ok'
  re: string
  result: unknown
}
/**
 * The refusal of command `re`, null where the message had no readable `requestId`.
 */
export interface Refused {
  type: 'reply.error'
  re: string | null
  error: ErrorBody
}
/**
 * A refusal; `details` and `incident` only where there is something to say.
 */
export interface ErrorBody {
  code: ErrorCode
  message: string
  retryable: boolean
  details: {} | null
  incident: string | null
}
/**
 * The type of `result` by the `type` of the command.
 */
export interface Results {
  'connection.hello': Welcome
  'connection.ping': Pong
  'workspace.list': WorkspaceList
  'workspace.open': WorkspaceSnapshot
  'workspace.close': Done
  'file.create': SavedDocument
  'file.rename': Done
  'file.move': Refusals
  'file.copy': Refusals
  'file.delete': Done
  'bin.put': PutAway
  'bin.list': BinList
  'bin.restore': Restored
  'bin.empty': Done
  'document.load': LoadedDocument
  'document.save': SavedDocument
  'run.start': StartedRun
  'run.stop': Done
  'run.extend': Done
  'run.resize': Done
  'run.attach': AttachedRun
  'run.detach': Done
}
/**
 * The server's choice of version, who one is, and how each stream goes on.
 *
 * `replay`: the missed events follow; `snapshot`: open or attach again; `gone`: it may no longer be seen.
 */
export interface Welcome {
  version: number
  user: Person
  staff: boolean
  workspaces: WorkspaceSummary[]
  streams: {
    [k: string]: 'gone' | 'replay' | 'snapshot'
  }
  maxTextBytes: number
  /**
   * Version of the students' Python, such as `3.13`.
   */
  python: string
  /**
   * Whether programs run in a sandbox; without, they can do all that the person at the server's machine can.
   */
  protected: boolean
  /**
   * Milliseconds since 1970.
   */
  serverNow: number
}
/**
 * Who is signed in, or who owns a workspace.
 */
export interface Person {
  user: string
  name: string
}
/**
 * One tree the person may see.
 */
export interface WorkspaceSummary {
  workspace: string
  /**
   * `own`, `course_folder` or `student`.
   */
  kind: string
  /**
   * Of a course folder: its folder in runs, `/course/<name>`; of a workspace: its owner's name.
   */
  name: string
  course: string
  courseTitle: string
  writable: boolean
  runnable: boolean
}
/**
 * The answer to `connection.ping`.
 */
export interface Pong {
  serverNow: number
}
/**
 * The answer to `workspace.list`.
 */
export interface WorkspaceList {
  workspaces: WorkspaceSummary[]
}
/**
 * A tree, its live runs, and the stream that keeps both true.
 */
export interface WorkspaceSnapshot {
  summary: WorkspaceSummary
  entries: Entry[]
  /**
   * The tree has more entries than are shown.
   */
  truncated: boolean
  runs: RunSnapshot[]
  stream: string
  seq: number
}
/**
 * The result of a command that has nothing more to say.
 */
export interface Done {}
/**
 * The new revision, on disk; null for a folder.
 */
export interface SavedDocument {
  revision: string | null
}
/**
 * What was not done, and why; everything else was.
 */
export interface Refusals {
  refused: RefusedPath[]
}
/**
 * One of several things asked for at once that was not done; `code` and `details` are those of a refusal.
 */
export interface RefusedPath {
  path: string
  code: string
  message: string
  details: {} | null
}
/**
 * What lies in the bin now, for taking it back at once, and what stayed.
 */
export interface PutAway {
  items: BinEntry[]
  refused: RefusedPath[]
}
/**
 * A deleted file or folder. `path` is where it lay, `size` the bytes of all files in it; moments are milliseconds since 1970.
 */
export interface BinEntry {
  item: string
  path: string
  folder: boolean
  files: number
  size: number
  deleted: number
  keptUntil: number
}
/**
 * The answer to `bin.list`, the latest first.
 */
export interface BinList {
  items: BinEntry[]
}
/**
 * Where things are now, and what stayed in the bin.
 */
export interface Restored {
  places: string[]
  refused: RefusedPath[]
}
/**
 * The text and the revision it stands for.
 */
export interface LoadedDocument {
  text: string
  revision: string
  writable: boolean
}
/**
 * The run was admitted: it is starting or in the queue.
 */
export interface StartedRun {
  run: string
}
/**
 * `channel` names the run in binary frames of this connection; `input_offset` is where typing goes on.
 */
export interface AttachedRun {
  channel: number
  inputOffset: number
  snapshot: RunSnapshot
}

export const VERSION = 1 as const

export const SUPPORTED = [1] as const

export const MAX_TEXT_BYTES = 2097152 as const

export const MAX_FRAME_BYTES = 5242880 as const

export const FRAME_HEADER_BYTES = 13 as const

export const MAX_OUTPUT_PAYLOAD = 32768 as const

export const MAX_INPUT_PAYLOAD = 16384 as const

export const WINDOW_BYTES = 262144 as const

export const FRAME_KINDS = { OUTPUT: 1, GAP: 2, INPUT: 3, ACK: 4, INPUT_ACK: 5 } as const
