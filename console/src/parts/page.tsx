/** What every page has: its name, and what can be done with all of it on the right. */
import { Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  deeds?: ReactNode;
  children: ReactNode;
}

export function Page({ title, deeds, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Touchstone`;
  }, [title]);
  return (
    <Stack>
      <Group justify="space-between" align="center">
        <Title order={1} size="h2">{title}</Title>
        <Group gap="sm">{deeds}</Group>
      </Group>
      {children}
    </Stack>
  );
}
