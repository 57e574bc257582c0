/** A listing's pictures with what was seen drawn on them; grey or blurred for who wants to see less of it. */
import { Box, Group, Image, Skeleton, Text, Tooltip } from "@mantine/core";
import { useState } from "react";

import type { Schemas } from "../api/client";
import { useNamed } from "../parts/chips";
import { useWords } from "../words";
import { besides, type Box as Seen, boxesOn, type Decision } from "./evidence";
import classes from "./pictures.module.css";

export type Sight = "plain" | "grey" | "blurred";

interface Props {
  notes: readonly Schemas["PictureNote"][];
  decision: Decision | undefined;
  sight: Sight;
  /** Where the file with this hash is. */
  at: (sha256: string) => string;
}

export function Pictures({ notes, decision, sight, at }: Props) {
  const { say } = useWords();
  if (notes.length === 0) return null;
  return (
    <Group align="flex-start" gap="sm">
      {notes.map((note) =>
        note.hash && !note.problem ? (
          <Beside key={note.item} src={at(note.hash)} alt={say("listing.picture", { number: String(note.item + 1) })} sight={sight}
            boxes={boxesOn(decision, note.hash)} />
        ) : (
          <Text key={note.item} size="sm" c="dimmed">{say("listing.picture.missed", { number: String(note.item + 1), why: note.problem ?? "" })}</Text>
        ),
      )}
    </Group>
  );
}

interface BesideProps {
  src: string;
  alt: string;
  sight: Sight;
  boxes: readonly Seen[];
}

/** The picture, and those of banks that it is held against. */
function Beside({ src, alt, sight, boxes }: BesideProps) {
  const { say } = useWords();
  return (
    <>
      <Drawn src={src} alt={alt} sight={sight} boxes={boxes} />
      {besides(boxes).map(({ entry, boxes }) => (
        <figure key={entry} className={classes.figure}>
          <Drawn src={`/v1/banks/entries/${entry}/picture`} alt={say("listing.reference", { entry })} sight={sight} boxes={boxes} />
          <Text component="figcaption" size="xs" c="dimmed">{say("listing.reference", { entry })}</Text>
        </figure>
      ))}
    </>
  );
}

function Drawn({ src, alt, sight, boxes }: BesideProps) {
  const named = useNamed();
  const [size, setSize] = useState<[number, number]>();
  const [gone, setGone] = useState(false);
  if (gone) return <Text size="sm" c="dimmed" w={220}>{alt}: –</Text>;
  return (
    <Box className={classes.drawn} data-sight={sight}>
      {!size && <Skeleton w={260} h={260} pos="absolute" />}
      <Image src={src} alt={alt} h={260} w="auto" mah={260} radius="sm" onError={() => setGone(true)}
        onLoad={({ currentTarget }) => setSize([currentTarget.naturalWidth, currentTarget.naturalHeight])} />
      {size && (
        <svg className={classes.boxes} viewBox={`0 0 ${size[0]} ${size[1]}`} preserveAspectRatio="none">
          {boxes.map(({ box: [left, top, right, bottom], signal, kind }) => (
            <Tooltip key={`${signal} ${left} ${top}`} label={named("signal", signal)}>
              <rect x={left} y={top} width={right - left} height={bottom - top} className={classes[kind]} vectorEffect="non-scaling-stroke"
                role="img" aria-label={named("signal", signal)} />
            </Tooltip>
          ))}
        </svg>
      )}
    </Box>
  );
}
