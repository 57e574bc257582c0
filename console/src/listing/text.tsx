/** A text with what was seen in it marked: guilty words solid, innocent ones dotted, each with the name of its signal. */
import { Text, type TextProps, Tooltip } from "@mantine/core";

import { useNamed } from "../parts/chips";
import { cut, type Mark } from "./marked";
import classes from "./text.module.css";

export function Marked({ text, marks, ...props }: { text: string; marks: readonly Mark[] } & TextProps) {
  const named = useNamed();
  return (
    <Text {...props} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {cut(text, marks).map(({ text, mark }, at) =>
        mark ? (
          <Tooltip key={at} label={named("signal", mark.signal)}><mark className={classes[mark.kind]}>{text}</mark></Tooltip>
        ) : (
          text
        ),
      )}
    </Text>
  );
}
