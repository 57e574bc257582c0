/**
 * A rule's text as it is written: coloured, with signals offered as one types and what is wrong underlined where it is.
 */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import type { Schemas } from "../api/client";
import { completions } from "./completions";

interface Props {
  label: string;
  text: string;
  readOnly: boolean;
  columns: readonly Schemas["RuleColumn"][];
  findings: readonly Schemas["RuleFinding"][];
  changed: (text: string) => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.string, color: "light-dark(#1b6e3c, #8ce99a)" },
  { tag: tags.comment, color: "light-dark(#5c636a, #adb5bd)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.atom], color: "light-dark(#1c4f9c, #91c5ff)" },
  { tag: tags.number, color: "light-dark(#8a3b00, #ffc078)" },
  { tag: tags.bracket, color: "light-dark(#6b2fa0, #d0bfff)" },
]);

const LOOKS = EditorView.theme({
  "&": { border: "1px solid var(--mantine-color-default-border)", borderRadius: "4px", fontSize: "13px", maxHeight: "520px" },
  "&.cm-focused": { outline: "2px solid var(--mantine-primary-color-filled)" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", overflow: "auto" },
  ".cm-gutters": { background: "transparent", color: "var(--mantine-color-dimmed)", border: "none" },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-tooltip": { background: "var(--mantine-color-body)", color: "var(--mantine-color-text)", border: "1px solid var(--mantine-color-default-border)", maxWidth: "420px" },
});

const nonce = () => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

export function Code({ label, text, readOnly, columns, findings, changed }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const told = useRef({ changed, columns });
  told.current = { changed, columns };
  const first = useRef({ text, readOnly, label });
  useEffect(() => {
    const { text, readOnly, label } = first.current;
    const offered = (context: CompletionContext): CompletionResult | null => {
      const word = context.matchBefore(/[a-z_]+/);
      if (!word || (word.from === word.to && !context.explicit)) return null;
      const before = context.state.doc.sliceString(0, word.from);
      return { from: word.from, options: completions(before, told.current.columns) as Completion[], validFor: /^[a-z_]*$/i };
    };
    view.current = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(nonce()), lineNumbers(), history(), closeBrackets(), StreamLanguage.define(toml), syntaxHighlighting(COLOURS), LOOKS,
          autocompletion({ override: [offered] }), EditorView.lineWrapping,
          // Tab goes on to the next field: who is without a mouse gets out again.
          keymap.of([...defaultKeymap, ...historyKeymap]), EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", ...(readOnly && { tabindex: "0" }) }),
          EditorView.updateListener.of((update) => update.docChanged && told.current.changed(update.state.doc.toString())),
        ],
      }),
    });
    // What scrolls is reached without a mouse.
    view.current.scrollDOM.tabIndex = 0;
    return () => view.current?.destroy();
  }, []);
  useEffect(() => {
    const now = view.current;
    if (!now) return;
    now.dispatch(setDiagnostics(now.state, findings.filter((finding) => finding.line > 0 && finding.line <= now.state.doc.lines).map((finding) => underlined(now, finding))));
  }, [findings]);
  return <div ref={place} />;
}

function underlined(view: EditorView, finding: Schemas["RuleFinding"]): Diagnostic {
  const line = view.state.doc.line(finding.line);
  const from = Math.min(line.to, line.from + Math.max(0, finding.column - 1));
  const word = /^\S+/.exec(view.state.doc.sliceString(from, line.to))?.[0].length ?? 0;
  return { from, to: Math.min(line.to, from + Math.max(1, word)), severity: finding.level === "error" ? "error" : "warning", message: [finding.message, finding.help].filter(Boolean).join("\n") };
}
