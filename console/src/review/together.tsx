/** What was decided together, and the way to take it back. */
import { Alert, Button, Group } from "@mantine/core";

import { useDo } from "../api/ask";
import { api } from "../api/client";
import { Failed } from "../parts/failed";
import { useWords } from "../words";
import type { Decided } from "./alike";

export function Together({ decided, over }: { decided: Decided; over: () => void }) {
  const { say } = useWords();
  const path = { id: decided.group };
  const undo = useDo(() => api.POST("/v1/groups/{id}/commands", { params: { path }, body: { command: "undo", reason: "taken back" } }), ["queues", "next"], over);
  return (
    <Alert color="blue" withCloseButton onClose={over} closeButtonLabel={say("close")}>
      <Group justify="space-between">
        {say("alike.decided", { count: String(decided.count) })}
        <Button size="compact-md" variant="light" loading={undo.isPending} onClick={() => undo.mutate(undefined as never)}>{say("alike.undo")}</Button>
      </Group>
      <Failed error={undo.error} />
    </Alert>
  );
}
