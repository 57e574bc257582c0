/** The seller's own pages: what was decided and why, proof, and the appeal. Nothing of staff's face is reachable here. */
import { Alert, Anchor, Button, Card, FileButton, Group, Select, Stack, Table, Text, Textarea } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, form, inPath, type Schemas } from "../api/client";
import { Asked } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { Standing } from "../proof/papers";
import { moment } from "../shown";
import { useWords } from "../words";

interface Path {
  marketplace: string;
  seller_id: string;
}

export function Portal({ me }: { me: Schemas["Me"] }) {
  const { say } = useWords();
  const path = { marketplace: inPath(me.account?.marketplace), seller_id: me.account?.seller_id ?? "" };
  const documents = useAsk(["documents", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/documents", { params: { path } }));
  const statements = useAsk(["statements", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/statements", { params: { path } }));
  const appeals = useAsk(["appeals"], () => api.GET("/v1/appeals"), { refetchInterval: 15_000 });
  const shows = documents.data?.items ?? [];
  return (
    <Stack maw={900} mx="auto">
      <Page title={say("portal.title")}>
        <Holds path={path} />
        <Asked asked={statements}>
          {({ items }) =>
            items.length === 0 ? <Alert color="teal">{say("portal.empty")}</Alert> : (
              <>{items.map((one) => <One key={one.statement_id} statement={one} documents={shows} appeal={appeals.data?.items.find((heard) => heard.appeal_id === one.statement_id)} />)}</>
            )
          }
        </Asked>
        <Proof path={path} documents={shows} />
        <Standing path={path} />
      </Page>
    </Stack>
  );
}

/** What holds for the shop now. */
function Holds({ path }: { path: Path }) {
  const { say } = useWords();
  const standing = useAsk(["standing", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/standing", { params: { path } }));
  const access = standing.data?.account.access;
  if (!access || access === "full") return null;
  return <Alert color="red" title={say("portal.holds")}><Chip of="access" code={access} /></Alert>;
}

interface OneProps {
  statement: Schemas["Statement"];
  documents: readonly Schemas["Document"][];
  appeal: Schemas["Appeal"] | undefined;
}

function One({ statement, documents, appeal }: OneProps) {
  const { say, language } = useWords();
  const paragraphs: [string, string][] = [
    [say("portal.facts"), statement.facts],
    [say("portal.ground"), statement.ground],
    [say("portal.automation"), statement.automation.join(" ")],
    [say("portal.cure"), statement.cure],
    [say("portal.redress"), statement.redress.join(" ")],
  ];
  return (
    <Card withBorder>
      <Group justify="space-between"><Text fw={600}>{statement.title}</Text><Text size="xs" c="dimmed">{moment(statement.at, language)}</Text></Group>
      {statement.measures.map((measure) => <Text key={measure} size="sm">{measure}</Text>)}
      {paragraphs.filter(([, said]) => said).map(([title, said]) => (
        <div key={title}><Text size="xs" c="dimmed" mt="sm">{title}</Text><Text size="sm" style={{ whiteSpace: "pre-wrap" }}>{said}</Text></div>
      ))}
      <Group mt="sm" justify="space-between">
        <Text size="xs" c="dimmed">{say("portal.until", { until: moment(statement.appeal_until, language) })}</Text>
        <Anchor size="xs" href={`/v1/statements/${statement.statement_id}/receipt`} download>{say("portal.receipt")}</Anchor>
      </Group>
      {appeal?.outcome ? <Alert mt="sm" color={appeal.outcome === "reversed" ? "teal" : "gray"} title={say(`outcome.${appeal.outcome}` as never)}>{appeal.reasons}</Alert>
        : appeal && appeal.status !== "told" && appeal.status !== "read" && appeal.status !== "answered" ? <Alert mt="sm" color="teal">{say("portal.filed")}</Alert>
        : <Appeal statement={statement.statement_id} documents={documents} />}
    </Card>
  );
}

function Appeal({ statement, documents }: { statement: string; documents: readonly Schemas["Document"][] }) {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [shown, setShown] = useState<string | null>(null);
  const show = useDo((document: string) => api.POST("/v1/appeals", { body: { statement_id: statement, says: "show", document } }));
  const appeal = useDo(() => api.POST("/v1/appeals", { body: { statement_id: statement, says: "appeal", text } }), ["appeals"]);
  const send = async () => {
    if (shown) await show.mutateAsync(shown);
    await appeal.mutateAsync(undefined as never);
  };
  return (
    <Stack gap="xs" mt="sm">
      <Textarea label={say("portal.appeal.text")} value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} />
      {documents.length > 0 && (
        <Select clearable label={say("portal.appeal.proof")} value={shown} onChange={setShown} data={documents.map((one) => ({ value: one.sha256, label: one.name }))} />
      )}
      <Failed error={show.error ?? appeal.error} />
      <Button w="fit-content" disabled={!text.trim()} loading={show.isPending || appeal.isPending} onClick={() => void send().catch(() => {})}>{say("portal.appeal")}</Button>
    </Stack>
  );
}

function Proof({ path, documents }: { path: Path; documents: readonly Schemas["Document"][] }) {
  const { say, language } = useWords();
  const send = useDo((file: File) => api.POST("/v1/sellers/{marketplace}/{seller_id}/documents", { params: { path }, ...form({ file }) }), ["documents"]);
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Text fw={600}>{say("portal.proof")}</Text>
        <FileButton onChange={(file) => file && send.mutate(file)} accept="application/pdf,image/png,image/jpeg,image/webp">
          {(props) => <Button {...props} variant="light" loading={send.isPending}>{say("portal.send")}</Button>}
        </FileButton>
      </Group>
      <Failed error={send.error} />
      {documents.length === 0 && <Text size="sm" c="dimmed">{say("portal.proof.empty")}</Text>}
      <Table>
        <Table.Tbody>
          {documents.map((one) => (
            <Table.Tr key={one.sha256}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td>{moment(one.at, language)}</Table.Td>
              <Table.Td>{one.status && <Chip of="proof" code={one.status} />} {one.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
