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
    /** What it says beside: for `approval_needed` what is to be agreed to. */
    readonly more: Record<string, unknown> = {},
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

export type Answer<T> = { data?: T | undefined; error?: unknown; response: Response };

/** What came back, or a {@link Refused}. */
export function told<T>({ data, error, response }: Answer<T>): T {
  if (error === undefined && data !== undefined) return data;
  const problem = (error ?? {}) as Partial<Schemas["Problem"]>;
  const detail = problem.detail ?? problem.title ?? response.statusText;
  throw new Refused(response.status, problem.code ?? "unknown", detail, (problem.more ?? {}) as Record<string, unknown>);
}

/** A marketplace that listings do not say stands as a dash in addresses. */
export const inPath = (marketplace: string | null | undefined): string => marketplace || "-";

/** Sends files as a form; the client writes the boundary. */
export function form(parts: Record<string, string | File | readonly File[] | undefined>) {
  const body = new FormData();
  for (const [name, part] of Object.entries(parts)) {
    for (const one of Array.isArray(part) ? part : [part]) if (one) body.append(name, one as string | File);
  }
  return { body: body as never, bodySerializer: (given: unknown) => given as FormData };
}
