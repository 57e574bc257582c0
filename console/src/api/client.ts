/**
 * The API as a typed client: its types are generated from the OpenAPI document (`npm run types`). Calls that change
 * something carry the proof of the session and a key of their own, so that a retry is done once.
 */
import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What the server said when it did not do something: RFC 9457. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}

let proof = "";

/** Remembers what proves that this page calls; it comes with the session. */
export function remember(me: Schemas["Me"] | undefined): void {
  proof = me?.csrf_token ?? "";
}

const SAFE = new Set(["GET", "HEAD"]);

const ours: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method)) {
      request.headers.set("x-csrf-token", proof);
      request.headers.set("idempotency-key", crypto.randomUUID());
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
api.use(ours);

type Answer<T> = { data?: T | undefined; error?: unknown; response: Response };

/** What came back, or a {@link Refused}. */
export function told<T>({ data, error, response }: Answer<T>): T {
  if (error === undefined && data !== undefined) return data;
  const problem = (error ?? {}) as { code?: string; detail?: string; title?: string };
  throw new Refused(response.status, problem.code ?? "unknown", problem.detail ?? problem.title ?? response.statusText);
}
