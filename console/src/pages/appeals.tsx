/** Appeals that wait to be heard, and the ruling on one. */
import { Alert, Anchor, Button, Card, Checkbox, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, inPath, type Schemas } from "../api/client";
import { Asked } from "../parts/asked";
import { useNamed } from "../parts/chips";
import { Failed } from "../parts/failed";
import { Page } from "../parts/page";
import { distance, moment } from "../shown";
import { useWords } from "../words";

export function Appeals() {
  const { say } = useWords();
  const appeals = useAsk(["appeals"], () => api.GET("/v1/appeals"), { refetchInterval: 15_000 });
  return (
    <Page title={say("appeals.title")}>
      <Asked asked={appeals}>
        {({ items }) => (items.length === 0 ? <Alert color="gray">{say("appeals.empty")}</Alert> : <>{items.map((appeal) => <One key={appeal.appeal_id} appeal={appeal} />)}</>)}
      </Asked>
    </Page>
  );
}

function One({ appeal }: { appeal: Schemas["Appeal"] }) {
  const { say, language } = useWords();
  const named = useNamed();
  const path = { id: appeal.appeal_id };
  const statement = useAsk(["statement", appeal.appeal_id], () => api.GET("/v1/statements/{id}", { params: { path } }));
  const take = useDo(() => api.POST("/v1/appeals/{id}/take", { params: { path } }), ["appeals"]);
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Text fw={600}>{appeal.seller_id ?? statement.data?.title}</Text>
        {appeal.clock && <Text size="sm" c="dimmed">{named("appeal", appeal.status)} · {say("appeals.due", { when: distance(appeal.clock.due, Date.now(), language) })}</Text>}
      </Group>
      {statement.data && <><Text size="xs" c="dimmed" mt="sm">{say("appeals.against")}</Text><Text size="sm">{statement.data.facts}</Text></>}
      {appeal.answers.length > 0 && <Text size="xs" c="dimmed" mt="sm">{say("appeals.says")}</Text>}
      {appeal.answers.map((answer) => <Text key={answer.at} size="sm">{answer.text} <Text span size="xs" c="dimmed">{moment(answer.at, language)}</Text></Text>)}
      <Shown appeal={appeal} />
      <Failed error={take.error} />
      {appeal.outcome ? <Alert mt="sm" color="gray" title={named("outcome", appeal.outcome)}>{appeal.reasons}</Alert>
        : appeal.heard_by ? <Ruling appeal={appeal} />
        : <Button mt="sm" variant="light" loading={take.isPending} onClick={() => take.mutate(undefined as never)}>{say("appeals.hear")}</Button>}
    </Card>
  );
}

/** Documents that the seller shows. */
function Shown({ appeal }: { appeal: Schemas["Appeal"] }) {
  const { say } = useWords();
  if (appeal.proof.length === 0) return <Text size="xs" c="dimmed" mt="xs">{say("appeals.proof.none")}</Text>;
  const documents = `/v1/sellers/${encodeURIComponent(inPath(appeal.marketplace))}/${encodeURIComponent(appeal.seller_id ?? "")}/documents`;
  return (
    <Group gap="xs" mt="xs">
      <Text size="xs" c="dimmed">{say("appeals.proof")}</Text>
      {appeal.proof.map((sha256) => <Anchor key={sha256} size="sm" href={`${documents}/${sha256}`}>{sha256.slice(0, 12)}</Anchor>)}
    </Group>
  );
}

/** Days for which proof that an appeal brought is honoured. */
const DAYS = 365;

function Ruling({ appeal }: { appeal: Schemas["Appeal"] }) {
  const { say } = useWords();
  const [reasons, setReasons] = useState("");
  const [accepts, setAccepts] = useState(appeal.proof.length > 0);
  const [brand, setBrand] = useState("");
  const path = { id: appeal.appeal_id };
  const rule = useDo((outcome: Schemas["RuleOutcome"]) => {
    const accepted: Schemas["NewAuthorisation"][] = accepts && outcome === "reversed" ? [{ brand: brand.trim(), days: DAYS, proof: "authorisation", documents: appeal.proof }] : [];
    return api.POST("/v1/appeals/{id}/rule", { params: { path }, body: { outcome, reasons, accepted } });
  }, ["appeals", "standing", "statements"]);
  const lacks = !reasons.trim();
  return (
    <Stack gap="xs" mt="sm">
      <Textarea label={say("appeals.reasons")} required value={reasons} onChange={(event) => setReasons(event.currentTarget.value)} autosize minRows={2} />
      {appeal.proof.length > 0 && (
        <>
          <Checkbox label={say("appeals.accept", { days: String(DAYS) })} checked={accepts} onChange={(event) => setAccepts(event.currentTarget.checked)} />
          {accepts && <TextInput label={say("listing.brand")} required value={brand} onChange={(event) => setBrand(event.currentTarget.value)} />}
        </>
      )}
      <Failed error={rule.error} />
      <Group>
        <Button color="teal" disabled={lacks || (accepts && !brand.trim())} loading={rule.isPending} onClick={() => rule.mutate("reversed")}>{say("appeals.reverse")}</Button>
        <Button variant="light" color="gray" disabled={lacks} loading={rule.isPending} onClick={() => rule.mutate("upheld")}>{say("appeals.uphold")}</Button>
      </Group>
    </Stack>
  );
}
