/** A text with what is known in it marked: brands, kinds of goods, words; each by its own line below it. */
import { Text, Tooltip } from "@mantine/core";

import type { Schemas } from "../api/client";
import { cut } from "../listing/marked";
import { useNamed } from "../parts/chips";
import { useWords } from "../words";
import classes from "./recognised.module.css";

export function Recognised({ text, words }: { text: string; words: readonly Schemas["RecognisedWord"][] }) {
  const { say } = useWords();
  const named = useNamed();
  if (text === "") return null;
  const marks = words.map((word) => ({ from: word.start, to: word.end, kind: word.what as "brand" | "kind" | "word", signal: told(word) }));
  function told(word: Schemas["RecognisedWord"]): string {
    const what = say(`recognised.${word.what as "brand" | "kind" | "word"}`);
    const says = word.says ? `, ${named("says", word.says)}` : "";
    return `${what}: ${word.name.replaceAll("_", " ")}${says}`;
  }
  return (
    <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {cut(text, marks).map(({ text, mark }, at) =>
        mark ? <Tooltip key={at} label={mark.signal}><mark className={classes[mark.kind]}>{text}</mark></Tooltip> : text,
      )}
    </Text>
  );
}
