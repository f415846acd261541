// A PDF that is read and not taken away: its pages, one by one, as pictures drawn in a thread of their own.

import { listedBundles, startWorker } from "./workers";

export type Asked = { bytes: Uint8Array } | { page: number; width: number };
export type Said = { pages: number } | { picture: ImageBitmap; text: string } | { failed: "password" | "broken" };

/** Why a file cannot be drawn. */
export class NotDrawn extends Error {
  constructor(readonly why: "password" | "broken") {
    super(why);
  }
}

export class Pdf {
  pages = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly worker: Worker,
    private readonly port: MessagePort,
  ) {}

  /** Throws NotDrawn for what is no PDF, is damaged, or is locked with a password. */
  static async open(blob: Blob): Promise<Pdf> {
    const listed = listedBundles();
    const worker = startWorker(listed["pdf.js"] ?? "", Object.values(listed), "comity-pdf");
    const { port1, port2 } = new MessageChannel();
    worker.postMessage("comity", [port2]);
    const pdf = new Pdf(worker, port1);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    try {
      const said = await pdf.ask({ bytes }, [bytes.buffer]);
      pdf.pages = "pages" in said ? said.pages : 0;
    } catch (error) {
      pdf.end();
      throw error;
    }
    return pdf;
  }

  /** Page `n`, from 1, at most `width` dots wide, with the text that stands on it.  Throws NotDrawn. */
  async page(n: number, width: number): Promise<{ picture: ImageBitmap; text: string }> {
    const said = await this.ask({ page: n, width });
    if (!("picture" in said)) throw new NotDrawn("broken");
    return said;
  }

  /** Let go of the thread and of all that was drawn in it. */
  end(): void {
    this.port.close();
    this.worker.terminate();
  }

  /** One question after the other: the thread answers in their order. */
  private ask(asked: Asked, moved: Transferable[] = []): Promise<Said> {
    const answer = this.turn.then(
      () =>
        new Promise<Said>((resolve, reject) => {
          this.port.onmessage = ({ data }: MessageEvent<Said>) => ("failed" in data ? reject(new NotDrawn(data.failed)) : resolve(data));
          this.worker.onerror = () => reject(new NotDrawn("broken"));
          this.port.postMessage(asked, moved);
        }),
    );
    this.turn = answer.catch(() => undefined);
    return answer;
  }
}
