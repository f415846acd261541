// Draws the pages of one PDF that may be read and not taken away.  Whatever a file makes of its parser stays in this
// thread, which holds no key, sees no page of the platform, and fetches nothing.

import { WorkerMessageHandler } from "pdfjs-dist/legacy/build/pdf.worker.mjs";
import { getDocument, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";

import type { Asked, Said } from "./pdf";

declare const self: { addEventListener(name: "message", listener: (event: MessageEvent) => void): void };
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = { WorkerMessageHandler }; // the parser runs in this thread

/** Dots of a drawn page at most: what a picture of it may take of the memory. */
const MOST_DOTS = 16_000_000;
const LONGEST_TEXT = 100_000;

interface Drawing {
  canvas: OffscreenCanvas | null;
  context: OffscreenCanvasRenderingContext2D | null;
}

class Canvases {
  create(width: number, height: number): Drawing {
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext("2d") };
  }

  reset({ canvas }: Drawing, width: number, height: number): void {
    if (canvas) Object.assign(canvas, { width, height });
  }

  destroy(drawing: Drawing): void {
    drawing.canvas = drawing.context = null;
  }
}

/** Pages are drawn as they are, without the filters that only a document with elements can have. */
class NoFilters {
  addFilter = (): string => "none";
  addHCMFilter = this.addFilter;
  addAlphaFilter = this.addFilter;
  addLuminosityFilter = this.addFilter;
  addHighlightHCMFilter = this.addFilter;
  destroy(): void {}
}

let opened: PDFDocumentProxy | undefined;

async function open(data: Uint8Array): Promise<Said> {
  opened = await getDocument({
    data,
    CanvasFactory: Canvases,
    FilterFactory: NoFilters,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  }).promise;
  return { pages: opened.numPages };
}

async function draw(n: number, width: number): Promise<Said> {
  if (!opened) throw new Error("nothing is open");
  const page = await opened.getPage(n);
  const plain = page.getViewport({ scale: 1 });
  const scale = Math.min(width / plain.width, Math.sqrt(MOST_DOTS / (plain.width * plain.height)));
  const viewport = page.getViewport({ scale });
  const canvas = new OffscreenCanvas(Math.max(1, Math.floor(viewport.width)), Math.max(1, Math.floor(viewport.height)));
  const context = canvas.getContext("2d") as unknown as CanvasRenderingContext2D;
  await page.render({ canvas: null, canvasContext: context, viewport }).promise;
  const content = await page.getTextContent();
  const text = content.items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  page.cleanup();
  return { picture: canvas.transferToImageBitmap(), text: text.slice(0, LONGEST_TEXT).trim() };
}

function answer(port: MessagePort, data: Asked): void {
  void ("bytes" in data ? open(data.bytes) : draw(data.page, data.width))
    .catch((error: unknown): Said => ({ failed: error instanceof Error && error.name === "PasswordException" ? "password" : "broken" }))
    .then((said) => port.postMessage(said, "picture" in said ? [said.picture] : []));
}

// The library listens to this thread too, and says that it is there; what is ours comes and goes by a port.
self.addEventListener("message", ({ data, ports: [port] }) => {
  if (data !== "comity" || !port) return;
  port.onmessage = (event: MessageEvent<Asked>) => answer(port, event.data);
});
