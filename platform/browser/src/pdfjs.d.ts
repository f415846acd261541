// The half of the library that ships no types: what parses, which the other half finds in its own thread.
declare module "pdfjs-dist/legacy/build/pdf.worker.mjs" {
  export const WorkerMessageHandler: object;
}
