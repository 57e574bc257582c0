/** What the keyboard does while a listing is reviewed: one key, one judgement; never while somebody writes. */
import { useEffect } from "react";

export type Deed = "fake" | "genuine" | "unsure" | "skip" | "help";

export const KEYS: Readonly<Record<string, Deed>> = { f: "fake", g: "genuine", u: "unsure", s: "skip", "?": "help" };

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: EventTarget | null;
}

/** What a pressed key asks for; nothing while somebody writes, or holds another key. */
export function deedOf(pressed: Pressed): Deed | undefined {
  const writes = typeof Element !== "undefined" && pressed.target instanceof Element && pressed.target.matches("input, textarea, select, [contenteditable]");
  if (writes || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
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
