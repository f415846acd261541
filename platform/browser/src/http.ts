// The worker's way to the platform: same origin, session cookie, CSRF token, problem documents.

import { heard } from "./seal/clock";
import { type FailureName, SealFailure } from "./seal/errors";

const TRIES = 6;
const WAIT = 400;

export interface Gate {
  signal: AbortSignal;
  /** Resolves at once, or when a paused transfer goes on. */
  open(): Promise<void>;
}

export class Http {
  csrf = "";

  async json<T>(method: string, path: string, body?: unknown, gate?: Gate): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.send(method, path, headers, sent, method === "GET" ? TRIES : 1, gate);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  async bytes(path: string, gate?: Gate): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.send("GET", path, {}, undefined, TRIES, gate)).arrayBuffer());
  }

  async put(path: string, content: Uint8Array<ArrayBuffer>, headers: Record<string, string>, gate?: Gate): Promise<void> {
    await this.send("PUT", path, { ...headers, "Content-Type": "application/octet-stream" }, content, TRIES, gate);
  }

  /** Post what may be repeated. */
  async postAgain<T>(path: string, body: unknown, gate?: Gate): Promise<T> {
    const answer = await this.send("POST", path, { "Content-Type": "application/json" }, JSON.stringify(body), TRIES, gate);
    return (await answer.json()) as T;
  }

  private async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: BodyInit | undefined,
    tries: number,
    gate?: Gate,
  ): Promise<Response> {
    if (method !== "GET") headers["X-CSRFToken"] = this.csrf;
    for (let attempt = 0; ; attempt++) {
      await gate?.open();
      if (gate?.signal.aborted) throw new SealFailure("Cancelled");
      try {
        const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store", redirect: "error" };
        if (body !== undefined) init.body = body;
        if (gate) init.signal = gate.signal;
        const asked = Date.now();
        const answer = await fetch(`/api/v1${path}`, init);
        heard(answer.headers.get("Date"), asked);
        if (answer.ok) return answer;
        if (![502, 503, 504].includes(answer.status) || attempt + 1 >= tries) throw await problem(answer);
      } catch (error) {
        if (error instanceof SealFailure) throw error;
        if (gate?.signal.aborted) throw new SealFailure("Cancelled");
        if (attempt + 1 >= tries) throw new SealFailure("NotReached", String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT * 2 ** attempt));
    }
  }
}

async function problem(answer: Response): Promise<SealFailure> {
  const said = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string; errors?: { pointer: string; message: string }[] };
  const name: FailureName = answer.status === 401 ? "SignedOut" : "Problem";
  const detail = said.detail ?? said.title ?? "";
  return new SealFailure(name, detail, { status: answer.status, detail, ...(said.errors ? { errors: said.errors } : {}) });
}
