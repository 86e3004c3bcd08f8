/** Rows that the server has not acknowledged, in this browser: one database per person, gone at sign-out. */
import type { Row } from './live'

export interface KeptRow extends Row {
  workspace: string
  document: string
  writer: string
}

const ROWS = 'rows'
const nameFor = (user: string): string => `pythonide-outbox-${user}`

/** Fulfilled once it is on the disk, not only in some cache. */
function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'))
  })
}

export class Outbox {
  readonly #name: string
  #database: Promise<IDBDatabase> | null = null

  constructor(user: string) {
    this.#name = nameFor(user)
  }

  async add(row: KeptRow): Promise<void> {
    const database = await this.#opened()
    const transaction = database.transaction(ROWS, 'readwrite', { durability: 'strict' })
    transaction.objectStore(ROWS).put(row)
    await finished(transaction)
  }

  /** Forgets a writer's rows up to a number: they are in the log. */
  async drop(document: string, writer: string, upTo: number): Promise<void> {
    const transaction = (await this.#opened()).transaction(ROWS, 'readwrite')
    transaction.objectStore(ROWS).delete(IDBKeyRange.bound([document, writer, 0], [document, writer, upTo]))
    await finished(transaction)
  }

  /** Everything that is kept, each writer's rows in their order. */
  async all(): Promise<KeptRow[]> {
    const transaction = (await this.#opened()).transaction(ROWS)
    const request = transaction.objectStore(ROWS).getAll() as IDBRequest<KeptRow[]>
    await finished(transaction)
    return request.result
  }

  async purge(): Promise<void> {
    const database = await this.#database?.catch(() => null)
    database?.close()
    this.#database = null
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(this.#name)
      request.onsuccess = request.onerror = request.onblocked = () => resolve()
    })
  }

  #opened(): Promise<IDBDatabase> {
    this.#database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1)
      request.onupgradeneeded = () =>
        request.result.createObjectStore(ROWS, { keyPath: ['document', 'writer', 'seq'] })
      request.onerror = () => reject(request.error ?? new Error('no storage'))
      request.onsuccess = () => {
        const database = request.result
        // Another tab signs out: what is kept here is of a person who has left.
        database.onversionchange = () => (database.close(), (this.#database = null))
        resolve(database)
      }
    })
    return this.#database
  }
}
