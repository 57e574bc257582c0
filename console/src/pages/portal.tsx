/** The seller's own pages: what was decided and why, proof, and the appeal. Nothing of staff's face is reachable here. */
import { Badge, Button, Card, FileButton, Group, Stack, Table, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, type Schemas, told } from "../api/client";
import { Asked } from "../asked";
import { Failed } from "../failed";
import { moment } from "../shown";
import { useWords } from "../words";

/** A marketplace that listings do not say stands as a dash in addresses. */
const path = (me: Schemas["Me"]) => ({ marketplace: me.account?.marketplace || "-", seller_id: me.account?.seller_id ?? "" });

export function Portal({ me }: { me: Schemas["Me"] }) {
  const { say } = useWords();
  const statements = useQuery({
    queryKey: ["statements"],
    queryFn: async () => told(await api.GET("/v1/sellers/{marketplace}/{seller_id}/statements", { params: { path: path(me) } })),
  });
  return (
    <Stack maw={860} mx="auto">
      <Title order={1} size="h2">{say("portal.title")}</Title>
      <Asked asked={statements} empty={say("portal.empty")} isEmpty={(all) => all.items.length === 0}>
        {(all) => <>{all.items.map((one) => <One key={one.statement_id} statement={one} />)}</>}
      </Asked>
      <Proof me={me} />
    </Stack>
  );
}

function One({ statement }: { statement: Schemas["Statement"] }) {
  const { say, language } = useWords();
  const [text, setText] = useState("");
  const appeal = useMutation({
    mutationFn: async () => told(await api.POST("/v1/appeals", { body: { statement_id: statement.statement_id, says: "appeal" as Schemas["SellerSays"], text } })),
  });
  const paragraphs: [string, string][] = [
    [say("portal.facts"), statement.facts],
    [say("portal.ground"), statement.ground],
    [say("portal.cure"), statement.cure],
  ];
  return (
    <Card withBorder>
      <Group justify="space-between"><Text fw={600}>{statement.title}</Text><Text size="xs" c="dimmed">{moment(statement.at, language)}</Text></Group>
      {paragraphs.filter(([, said]) => said).map(([title, said]) => (
        <div key={title}><Text size="xs" c="dimmed" mt="sm">{title}</Text><Text size="sm">{said}</Text></div>
      ))}
      <Text size="xs" c="dimmed" mt="sm">{say("portal.until", { until: moment(statement.appeal_until, language) })}</Text>
      {appeal.isSuccess ? (
        <Badge mt="sm" color="teal">{say("portal.filed")}</Badge>
      ) : (
        <Stack gap="xs" mt="sm">
          <Textarea label={say("portal.appeal.text")} value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} />
          {appeal.error && <Failed error={appeal.error} />}
          <Button w="fit-content" disabled={!text.trim()} loading={appeal.isPending} onClick={() => appeal.mutate()}>{say("portal.appeal")}</Button>
        </Stack>
      )}
    </Card>
  );
}

const COLORS: Record<string, string> = { waiting: "gray", accepted: "teal", refused: "red" };

function Proof({ me }: { me: Schemas["Me"] }) {
  const { say, language } = useWords();
  const client = useQueryClient();
  const documents = useQuery({
    queryKey: ["documents"],
    queryFn: async () => told(await api.GET("/v1/sellers/{marketplace}/{seller_id}/documents", { params: { path: path(me) } })),
  });
  const send = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("file", file);
      return told(await api.POST("/v1/sellers/{marketplace}/{seller_id}/documents", { params: { path: path(me) }, body: form as never, bodySerializer: (body) => body as never }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["documents"] }),
  });
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Text fw={600}>{say("portal.proof")}</Text>
        <FileButton onChange={(file) => file && send.mutate(file)} accept="application/pdf,image/png,image/jpeg,image/webp">
          {(props) => <Button {...props} variant="light" loading={send.isPending}>{say("portal.send")}</Button>}
        </FileButton>
      </Group>
      {send.error && <Failed error={send.error} />}
      <Asked asked={documents} empty={say("portal.proof.empty")} isEmpty={(all) => all.items.length === 0}>
        {(all) => (
          <Table>
            <Table.Tbody>
              {all.items.map((one) => (
                <Table.Tr key={one.sha256}>
                  <Table.Td>{one.name}</Table.Td>
                  <Table.Td>{moment(one.at, language)}</Table.Td>
                  <Table.Td>{one.status && <Badge variant="light" color={COLORS[one.status] ?? "gray"}>{say(`portal.${one.status}` as never)}</Badge>} {one.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Asked>
    </Card>
  );
}
