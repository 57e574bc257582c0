import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { api, told } from "../api/client";
import { Failed } from "../failed";
import { useWords } from "../words";

/** How much waits, and the way to it. */
export function Queues() {
  const { say, language } = useWords();
  const queues = useQuery({ queryKey: ["queues"], refetchInterval: 5_000, queryFn: async () => told(await api.GET("/v1/queues")) });
  if (queues.isPending) return <Skeleton h={120} />;
  if (queues.isError) return <Failed error={queues.error} again={() => queues.refetch()} />;
  const when = (text?: string | null) => (text ? new Date(text).toLocaleString(language) : say("when.empty"));
  const waits = queues.data.some((queue) => queue.open + queue.held > 0);
  return (
    <Stack>
      <Title order={1} size="h2">{say("queues.title")}</Title>
      {!waits && <Text c="dimmed">{say("queues.empty")}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {queues.data.map((queue) => (
          <Card key={queue.queue} withBorder>
            <Text fw={600}>{queue.queue}</Text>
            <Group gap="lg" my="xs">
              <Count of={queue.open} what={say("queues.open")} />
              <Count of={queue.held} what={say("queues.held")} />
            </Group>
            <Text size="xs" c="dimmed" mb="sm">{say("queues.oldest", { when: when(queue.oldest) })}</Text>
            <Button component={Link} to="/review/$queue" params={{ queue: queue.queue } as never} variant="light" disabled={queue.open === 0}>
              {say("queues.take")}
            </Button>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
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
