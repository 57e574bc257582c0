/** What the keyboard does while a listing is reviewed: one key, one judgement; never while somebody writes. */
import { useEffect } from "react";

export type Verdict = "fake" | "genuine" | "unsure";
export type Deed = Verdict | "remove" | "skip" | "undo" | "alike" | "case" | "sight" | "help";

export const KEYS: Readonly<Record<string, Deed>> = {
  f: "fake", g: "genuine", u: "unsure", r: "remove", s: "skip", z: "undo", a: "alike", c: "case", b: "sight", "?": "help",
};

/** The key of a deed. */
export function keyOf(deed: Deed): string {
  return Object.entries(KEYS).find(([, does]) => does === deed)?.[0] ?? "";
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: EventTarget | null;
}

/** What a pressed key asks for; nothing while somebody writes, answers a dialog, or holds another key. */
export function deedOf(pressed: Pressed): Deed | undefined {
  const busy = typeof Element !== "undefined" && pressed.target instanceof Element
    && pressed.target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null;
  if (busy || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  return KEYS[pressed.key.toLowerCase()];
}

export function useKeys(act: (deed: Deed) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const deed = deedOf(event);
      if (deed === undefined || event.repeat) return;
      event.preventDefault();
      act(deed);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [act]);
}
