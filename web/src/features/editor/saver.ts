/**
 * Saving one open text: every pause saves, one save at a time, each on the revision it was typed on.
 *
 * Nothing typed is dropped: what is not yet on the server lies in `drafts`, and a text that changed elsewhere is kept
 * beside this one until a person chooses.
 */
import { RefusedError } from '@/protocol/errors'

export const SAVE_AFTER_MS = 400
export const RETRY_AFTER_MS = 4000

export interface Theirs {
  revision: string
  text: string
}
export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'saving' }
  | { kind: 'failed'; since: number; message: string }
  | { kind: 'conflict'; theirs: Theirs }

export interface Draft {
  base: string
  text: string
}
export interface Drafts {
  get(): Draft | null
  set(draft: Draft | null): void
}
export interface SaverOptions {
  save: (base: string, text: string) => Promise<string>
  text: () => string
  drafts: Drafts
  changed: (state: SaveState) => void
  now: () => number
}

export class Saver {
  state: SaveState = { kind: 'saved', at: null }
  revision: string
  readonly #options: SaverOptions
  #savedText: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> | null = null
  #since: number | null = null

  constructor(revision: string, text: string, options: SaverOptions) {
    this.revision = revision
    this.#savedText = text
    this.#options = options
  }

  get dirty(): boolean {
    return this.#options.text() !== this.#savedText
  }

  /** Something was typed. */
  touch(): void {
    if (this.state.kind === 'conflict') return this.keepDraft()
    this.#since ??= this.#options.now()
    if (this.state.kind !== 'failed') this.#become({ kind: 'saving' })
    this.#later(SAVE_AFTER_MS)
  }

  /** Saves until nothing is unsaved; returns the revision of what is shown, or null if that cannot be. */
  async flush(): Promise<string | null> {
    clearTimeout(this.#timer)
    for (let round = 0; round < 5; round++) {
      if (this.#saving) await this.#saving
      if (this.state.kind === 'conflict') return null
      if (!this.dirty) {
        this.#clean()
        return this.revision
      }
      this.#saving = this.#once().finally(() => (this.#saving = null))
      await this.#saving
      if ((this.state as SaveState).kind === 'failed') return null
    }
    return this.dirty ? null : this.revision
  }

  /** Synchronous: for the moment in which the page goes away. */
  keepDraft(): void {
    this.#options.drafts.set(this.dirty ? { base: this.revision, text: this.#options.text() } : null)
  }

  /** The file has another text now, not from this page. Returns the text to show, or null if nothing changes here. */
  theirs(theirs: Theirs): string | null {
    if (theirs.revision === this.revision) return null
    if (theirs.text === this.#options.text()) {
      this.#accept(theirs)
      return null
    }
    if (this.dirty || this.state.kind === 'conflict') {
      this.#conflict(theirs)
      return null
    }
    this.#accept(theirs)
    return theirs.text
  }

  /** Of a conflict: this text wins, and is saved over the other. */
  keepMine(): Promise<string | null> {
    if (this.state.kind !== 'conflict') return this.flush()
    this.revision = this.state.theirs.revision
    this.#savedText = this.state.theirs.text
    this.#become({ kind: 'saving' })
    return this.flush()
  }

  /** Of a conflict: the other text wins; returns it. The caller shows it. */
  takeTheirs(): string | null {
    if (this.state.kind !== 'conflict') return null
    const { theirs } = this.state
    this.#accept(theirs)
    return theirs.text
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #once(): Promise<void> {
    const text = this.#options.text()
    this.#options.drafts.set({ base: this.revision, text })
    this.#become({ kind: 'saving' })
    try {
      this.revision = await this.#options.save(this.revision, text)
      this.#savedText = text
      this.#clean()
    } catch (error) {
      this.#refused(error, text)
    }
  }

  #refused(error: unknown, text: string): void {
    const refusal = error instanceof RefusedError ? error : new RefusedError('internal', String(error), true)
    const { currentRevision: revision, currentText: theirs } = refusal.details
    if (refusal.code === 'conflict' && typeof revision === 'string' && typeof theirs === 'string') {
      if (theirs === text) this.#accept({ revision, text: theirs })
      else if (revision !== this.revision) this.#conflict({ revision, text: theirs })
      // else a person has chosen while this older save was on its way; the next one stands on that revision
      return
    }
    this.#become({ kind: 'failed', since: this.#since ?? this.#options.now(), message: refusal.message })
    this.#later(RETRY_AFTER_MS)
  }

  #accept(theirs: Theirs): void {
    this.revision = theirs.revision
    this.#savedText = theirs.text
    this.#options.drafts.set(null)
    this.#since = null
    this.#become({ kind: 'saved', at: this.#options.now() })
  }

  #conflict(theirs: Theirs): void {
    clearTimeout(this.#timer)
    this.#options.drafts.set({ base: this.revision, text: this.#options.text() })
    this.#become({ kind: 'conflict', theirs })
  }

  #clean(): void {
    if (this.dirty) return
    this.#options.drafts.set(null)
    this.#since = null
    if (this.state.kind !== 'saved') this.#become({ kind: 'saved', at: this.#options.now() })
  }

  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), ms)
  }

  #become(state: SaveState): void {
    this.state = state
    this.#options.changed(state)
  }
}

export const DRAFT_PREFIX = 'pythonide.draft.'

/** Drafts in this browser, per user; gone at sign-out. */
export function localDrafts(user: string, workspace: string, path: string): Drafts {
  const key = `${DRAFT_PREFIX}${user}.${workspace}.${path}`
  return {
    get: () => {
      try {
        return JSON.parse(localStorage.getItem(key) ?? 'null') as Draft | null
      } catch {
        return null
      }
    },
    set: (draft) => {
      try {
        if (draft) localStorage.setItem(key, JSON.stringify(draft))
        else localStorage.removeItem(key)
      } catch {
        /* a full or forbidden store: the text still lives in this page and is sent again */
      }
    },
  }
}
