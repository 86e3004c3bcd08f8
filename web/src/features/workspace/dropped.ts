/** What was dropped, pasted or picked, as files with the path that each will have beneath the folder it goes to. */

export interface Incoming {
  path: string
  file: File
}

/** What lies in a drop. Call it at once: the browser forgets the drop as soon as its event is over. */
export function droppedIn(transfer: DataTransfer): Promise<{ files: Incoming[]; folders: string[] }> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  return collected(entries)
}

async function collected(items: { entry: FileSystemEntry | null; file: File | null }[]) {
  const files: Incoming[] = []
  const folders: string[] = []
  const visit = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (entry.isFile) files.push({ path, file: await fileOf(entry as FileSystemFileEntry) })
    else {
      folders.push(path)
      for (const inner of await everythingIn(entry as FileSystemDirectoryEntry))
        await visit(inner, `${path}/${inner.name}`)
    }
  }
  for (const { entry, file } of items) {
    if (entry) await visit(entry, entry.name)
    else if (file) files.push({ path: file.name, file })
  }
  return { files, folders }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

async function everythingIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (!some.length) return all
    all.push(...some)
  }
}

/** What was picked; files of a picked folder bring the way to them. */
export const pickedIn = (files: FileList): Incoming[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }))

/** Files of the clipboard; a picture that was copied somewhere has no name of its own. */
export function pastedIn(transfer: DataTransfer, word: string): Incoming[] {
  return [...transfer.files].map((file) => {
    const nameless = /^image\.\w+$/.test(file.name)
    return { path: nameless ? `${word}.${file.name.split('.').at(-1) ?? 'png'}` : file.name, file }
  })
}
