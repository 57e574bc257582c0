/**
 * Orders that wait for a second person: the same call is sent again once they agreed. They are kept in this browser, so
 * that the page can be left and come back to; the server keeps only what was asked, not how it was told.
 */
import type { Schemas } from "../api/client";

const KEPT = "touchstone.pending";

export type Pending = Record<string, Schemas["Impose"]>;

export function pending(): Pending {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Pending;
  } catch {
    return {};
  }
}

export function keep(approval: string, order: Schemas["Impose"]): void {
  localStorage.setItem(KEPT, JSON.stringify({ ...pending(), [approval]: order }));
}

export function drop(approval: string): void {
  const { [approval]: _, ...others } = pending();
  localStorage.setItem(KEPT, JSON.stringify(others));
}
