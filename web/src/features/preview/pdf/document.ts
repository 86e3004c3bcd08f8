/** pdf.js, with everything off that could act: no scripting, no forms, no fetching, no WebAssembly. */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?worker'

export type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

const MAX_PIXELS = 64 << 20

export interface OpenPdf {
  document: PDFDocumentProxy
  close: () => void
}

export class NotPdfError extends Error {
  constructor(readonly why: 'password' | 'broken') {
    super(why)
  }
}

/** Parses in a worker of its own, which `close` ends. */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  const port = new PdfWorker()
  const worker = pdfjs.PDFWorker.create({ port })
  const task = pdfjs.getDocument({
    data: bytes,
    worker,
    enableXfa: false,
    useWasm: false,
    useWorkerFetch: false,
    disableAutoFetch: true,
    maxImageSize: MAX_PIXELS,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  })
  const close = (): void => {
    void task.destroy().finally(() => (worker.destroy(), port.terminate()))
  }
  try {
    return { document: await task.promise, close }
  } catch (error) {
    close()
    throw new NotPdfError(error instanceof pdfjs.PasswordException ? 'password' : 'broken')
  }
}
