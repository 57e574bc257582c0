/** Queues: how many items wait in each, since when, and the way into one; a reviewer's own record beside them. */
import { Alert, Button, Card, Group, SimpleGrid, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { useAsk } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Page } from "../parts/page";
import { distance, share } from "../shown";
import { useWords } from "../words";

export function Queues() {
  const { say } = useWords();
  const may = useMay();
  const queues = useAsk(["queues"], () => api.GET("/v1/queues"), { refetchInterval: 5_000 });
  return (
    <Page title={say("queues.title")}>
      <Asked asked={queues}>
        {(all) => (
          <>
            {!all.some((queue) => queue.open + queue.held > 0) && <Alert color="gray">{say("queues.empty")}</Alert>}
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>{all.map((queue) => <One key={queue.queue} queue={queue} />)}</SimpleGrid>
          </>
        )}
      </Asked>
      {may("decide", "queue") && <Own />}
    </Page>
  );
}

function One({ queue }: { queue: Schemas["Queue"] }) {
  const { say, language } = useWords();
  return (
    <Card withBorder>
      <Text fw={600}>{queue.queue}</Text>
      <Group gap="lg" my="xs">
        <Count of={queue.open} what={say("queues.open")} />
        <Count of={queue.held} what={say("queues.held")} />
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {queue.oldest ? say("queues.oldest", { when: distance(queue.oldest, Date.now(), language) }) : say("queues.none")}
      </Text>
      <Button component={Link} to={`/review/${encodeURIComponent(queue.queue)}` as never} variant="light" disabled={queue.open === 0}>{say("queues.take")}</Button>
    </Card>
  );
}

function Count({ of, what }: { of: number; what: string }) {
  const { language } = useWords();
  return (
    <div>
      <Text size="xl" fw={700}>{of.toLocaleString(language)}</Text>
      <Text size="xs" c="dimmed">{what}</Text>
    </div>
  );
}

/** How often the person agreed with known answers, second reviewers and appeals. */
function Own() {
  const { say, language } = useWords();
  const own = useAsk(["reviewer"], () => api.GET("/v1/reviewers/me"));
  const rows: [string, keyof Schemas["Reviewer"] & ("golden" | "seconds" | "upheld")][] = [
    [say("queues.own.golden"), "golden"],
    [say("queues.own.seconds"), "seconds"],
    [say("queues.own.upheld"), "upheld"],
  ];
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("queues.own")}</Text>
      <Asked asked={own} height={40}>
        {(reviewer) => (
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {rows.map(([what, name]) => {
              const { hits, of, low_ppm: low, high_ppm: high } = reviewer[name];
              return (
                <div key={name}>
                  <Text size="sm">{what}</Text>
                  <Text fw={600}>{of > 0 ? say("queues.own.of", { hits: String(hits), of: String(of) }) : "–"}</Text>
                  {low != null && high != null && <Text size="xs" c="dimmed">{share(low * 1_000, language)} – {share(high * 1_000, language)}</Text>}
                </div>
              );
            })}
          </SimpleGrid>
        )}
      </Asked>
    </Card>
  );
}
