// The few calls to the platform that need no key: what was sealed is handed over, or taken back.

import { SealFailure } from "../seal/errors";

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: { "X-CSRFToken": token, Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new SealFailure("NotReached");
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  if (answer.status === 401) throw new SealFailure("SignedOut");
  const problem = (await answer.json().catch(() => ({}))) as { status?: number; detail?: string; errors?: { pointer: string; message: string }[] };
  throw new SealFailure("Problem", problem.detail, {
    status: answer.status,
    detail: problem.detail ?? "",
    ...(problem.errors ? { errors: problem.errors } : {}),
  });
}

export function removeDocument(doc: string): Promise<void> {
  return call("DELETE", `/api/v1/documents/${doc}`);
}

export async function requestReference(request: string): Promise<string> {
  return (await call<{ reference: string }>("GET", `/api/v1/requests/${encodeURIComponent(request)}`)).reference;
}

export function take(request: string, step: string, body: unknown): Promise<void> {
  return call("POST", `/api/v1/requests/${request}/${step}`, body);
}

/** Send a message that is sealed already; the same again gives the same message. */
export function sendMessage(request: string, document: string, attachments: string[]): Promise<{ n: number }> {
  return call("POST", `/api/v1/requests/${request}/messages`, { document, attachments });
}

/** Give a review whose note is sealed already. */
export function giveReview(review: string, body: { finding: string; draft_sha256: string; document: string }): Promise<void> {
  return call("POST", `/api/v1/reviews/${review}/give`, body);
}

export interface Prepared {
  id: string;
  reference: string;
  team: string;
  service: string;
}

/** Begin to ask for a translation; gives the matter in which the text is sealed. */
export function prepareTranslation(request: string, body: unknown): Promise<Prepared> {
  return call("POST", `/api/v1/requests/${request}/translations`, body);
}

export function stepOfTranslation(translation: string, step: string, body: unknown): Promise<void> {
  return call("POST", `/api/v1/translations/${translation}/${step}`, body);
}

/** Say that one leaves the office. */
export function sayLeaving(): Promise<void> {
  return call("POST", "/api/v1/keys/mine/leaving");
}

export function markRead(message: string): Promise<void> {
  return call("POST", `/api/v1/messages/${message}/read`);
}
