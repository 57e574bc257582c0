/** A place to drop pictures on, or to choose them with mouse or keyboard. */
import { FileButton, Loader, Paper, Text, UnstyledButton } from "@mantine/core";
import { type DragEvent, useState } from "react";

interface Props {
  word: string;
  several?: boolean;
  busy: boolean;
  given: (files: File[]) => void;
}

const PICTURES = "image/jpeg,image/png,image/webp,image/gif,image/avif";

export function Drop({ word, several = false, busy, given }: Props) {
  const [over, setOver] = useState(false);
  const take = (files: readonly File[]) => files.length > 0 && given(several ? [...files] : files.slice(0, 1));
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  return (
    <Paper withBorder p="lg" ta="center" bg={over ? "var(--mantine-primary-color-light)" : "transparent"} style={{ borderStyle: "dashed" }}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={dropped}>
      <FileButton onChange={(files) => take(Array.isArray(files) ? files : files ? [files] : [])} accept={PICTURES} multiple>
        {(props) => <UnstyledButton {...props} w="100%">{busy ? <Loader size="sm" aria-label="…" /> : <Text size="sm" c="dimmed">{word}</Text>}</UnstyledButton>}
      </FileButton>
    </Paper>
  );
}
