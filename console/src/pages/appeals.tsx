/** Appeals that wait to be heard, and the ruling on one. */
import { Badge, Button, Card, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, type Schemas, told } from "../api/client";
import { Asked } from "../asked";
import { Failed } from "../failed";
import { distance } from "../shown";
import { useWords } from "../words";

export function Appeals() {
  const { say } = useWords();
  const appeals = useQuery({ queryKey: ["appeals"], queryFn: async () => told(await api.GET("/v1/appeals")) });
  return (
    <Stack>
      <Title order={1} size="h2">{say("appeals.title")}</Title>
      <Asked asked={appeals} empty={say("appeals.empty")} isEmpty={(page) => page.items.length === 0}>
        {(page) => <>{page.items.map((appeal) => <One key={appeal.appeal_id} appeal={appeal} />)}</>}
      </Asked>
    </Stack>
  );
}

function One({ appeal }: { appeal: Schemas["Appeal"] }) {
  const { say, language } = useWords();
  const client = useQueryClient();
  const [reasons, setReasons] = useState("");
  const path = { id: appeal.appeal_id };
  const again = () => client.invalidateQueries({ queryKey: ["appeals"] });
  const take = useMutation({ mutationFn: async () => told(await api.POST("/v1/appeals/{id}/take", { params: { path } })), onSuccess: again });
  const rule = useMutation({
    mutationFn: async (outcome: Schemas["RuleOutcome"]) => told(await api.POST("/v1/appeals/{id}/rule", { params: { path }, body: { outcome, reasons } })),
    onSuccess: again,
  });
  const failed = take.error ?? rule.error;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Text fw={600}>{appeal.seller_id}</Text>
        {appeal.clock && <Badge variant="light">{distance(appeal.clock.due, Date.now(), language)}</Badge>}
      </Group>
      {appeal.answers.map((answer) => <Text key={answer.at} size="sm" my={4}>{answer.text}</Text>)}
      <Text size="xs" c="dimmed">{say("appeals.proof", { count: String(appeal.proof.length) })}</Text>
      {failed && <Failed error={failed} />}
      {appeal.heard_by ? (
        <Stack gap="xs" mt="sm">
          <Textarea label={say("appeals.reasons")} value={reasons} onChange={(event) => setReasons(event.currentTarget.value)} autosize minRows={2} />
          <Group>
            <Button color="teal" disabled={!reasons.trim()} loading={rule.isPending} onClick={() => rule.mutate("reversed")}>{say("appeals.reverse")}</Button>
            <Button variant="light" color="gray" disabled={!reasons.trim()} loading={rule.isPending} onClick={() => rule.mutate("upheld")}>{say("appeals.uphold")}</Button>
          </Group>
        </Stack>
      ) : (
        <Button mt="sm" variant="light" loading={take.isPending} onClick={() => take.mutate()}>{say("appeals.hear")}</Button>
      )}
    </Card>
  );
}
