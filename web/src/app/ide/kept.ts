/** What earlier tabs of this person typed and could not send: it goes to the server before anything is shown. */
import { Outbox, type KeptRow } from '@/features/editor'
import { toBase64 } from '@/protocol/bytes'
import { RefusedError } from '@/protocol/errors'
import { t } from '@/i18n'
import { notify } from '@/ui/announcer'
import { welcome, wire } from '../connection'

const MOST_AT_ONCE = 100
let outbox: { user: string; box: Outbox } | null = null

/** The outbox of whoever is signed in. */
export function outboxOf(user: string): Outbox {
  if (outbox?.user !== user) outbox = { user, box: new Outbox(user) }
  return outbox.box
}

export function append(row: Omit<KeptRow, 'update'>, updates: readonly Uint8Array[]): Promise<number> {
  const { workspace, document, writer, seq } = row
  return wire
    .request<'document.append'>({
      type: 'document.append',
      workspace,
      document,
      writer,
      seq,
      updates: updates.map(toBase64),
    })
    .then((answer) => answer.lsn)
}

/** Sends what is left of tabs that are gone; rows of a tab that lives are sent twice at worst, which changes nothing. */
export async function sendKept(): Promise<void> {
  const user = welcome.value?.user.user
  if (!user) return
  const box = outboxOf(user)
  const rows = await box.all().catch(() => []) // no storage in this browser: then nothing was kept
  for (const own of inOrder(rows)) await sendAll(box, own)
}

async function sendAll(box: Outbox, rows: KeptRow[]): Promise<void> {
  try {
    for (let at = 0; at < rows.length; at += MOST_AT_ONCE) {
      const part = rows.slice(at, at + MOST_AT_ONCE)
      const [first, last] = [part[0], part.at(-1)]
      if (!first || !last) return
      await append(
        first,
        part.map((row) => row.update),
      )
      await box.drop(last.document, last.writer, last.seq)
    }
  } catch (error) {
    const message = error instanceof RefusedError ? error.message : String(error)
    notify(t('save.left', { n: rows.length, message }))
  }
}

/** One list for each writer of each text. */
function inOrder(rows: readonly KeptRow[]): KeptRow[][] {
  const lists = new Map<string, KeptRow[]>()
  for (const row of rows) {
    const key = `${row.document}:${row.writer}`
    lists.set(key, [...(lists.get(key) ?? []), row])
  }
  return [...lists.values()].map((list) => list.sort((a, b) => a.seq - b.seq))
}
