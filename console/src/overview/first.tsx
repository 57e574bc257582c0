/** A first visit: five places worth a look, in an order that makes sense, each ticked once it was seen. */
import { Anchor, Button, Card, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";

import { useMay } from "../api/session";
import { useWords } from "../words";
import type { Word } from "../words/en";

interface Stop {
  to: string;
  word: Word;
  what: Word;
  reads?: string;
}

const STOPS: Stop[] = [
  { to: "/review/general", word: "nav.queues", what: "first.review", reads: "queue" },
  { to: "/listings", word: "nav.listings", what: "first.listings", reads: "listing" },
  { to: "/appeals", word: "nav.appeals", what: "first.appeals", reads: "appeal" },
  { to: "/rules", word: "nav.rules", what: "first.rules", reads: "rule" },
  { to: "/knowledge", word: "nav.knowledge", what: "first.knowledge", reads: "knowledge" },
];

export function FirstVisit() {
  const { say } = useWords();
  const may = useMay();
  const [over, setOver] = useLocalStorage({ key: "touchstone.first.over", defaultValue: false });
  const [seen, setSeen] = useLocalStorage<string[]>({ key: "touchstone.first.seen", defaultValue: [] });
  if (over) return null;
  const stops = STOPS.filter(({ reads }) => !reads || may("read", reads));
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs"><Text fw={600}>{say("first.title")}</Text><Button size="compact-sm" variant="subtle" onClick={() => setOver(true)}>{say("first.over")}</Button></Group>
      <Stack gap={6}>
        {stops.map(({ to, word, what }, at) => (
          <Group key={to} gap="sm" wrap="nowrap" align="flex-start">
            <ThemeIcon size={22} radius="xl" variant={seen.includes(to) ? "filled" : "light"} color={seen.includes(to) ? "teal" : "gray"} aria-hidden>{seen.includes(to) ? "✓" : at + 1}</ThemeIcon>
            <Text size="sm"><Anchor component={Link} to={to as never} size="sm" underline="always" onClick={() => setSeen([...new Set([...seen, to])])}>{say(word)}</Anchor> · {say(what)}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
