/** The language of the page: chosen by the person, else that of the browser. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";

import { en, type Word } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type Say = (word: Word, filled?: Record<string, string>) => string;

const CATALOGUES: Record<Language, Record<Word, string>> = { en, zh };
const KEPT = "touchstone.language";

/** A sentence of a catalogue with its braces filled in. */
export function fill(sentence: string, filled: Record<string, string> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (brace, name: string) => filled[name] ?? brace);
}

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

interface Words {
  language: Language;
  say: Say;
  change: () => void;
}

const Context = createContext<Words>({ language: "en", say: (word, filled) => fill(en[word], filled), change: () => {} });

export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(first);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT, language);
  }, [language]);
  const change = useCallback(() => setLanguage((now) => (now === "en" ? "zh" : "en")), []);
  const words = useMemo<Words>(
    () => ({ language, change, say: (word, filled) => fill(CATALOGUES[language][word], filled) }),
    [language, change],
  );
  return <Context.Provider value={words}>{children}</Context.Provider>;
}

export const useWords = () => useContext(Context);
