/** A seller's proof as staff sees it: documents, each accepted for a brand and a time or refused; what was accepted. */
import { Anchor, Button, Card, Group, NativeSelect, NumberInput, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { Asked } from "../parts/asked";
import { Chip } from "../parts/chips";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";

interface Path {
  marketplace: string;
  seller_id: string;
}

export function Papers({ path }: { path: Path }) {
  const { say } = useWords();
  const documents = useAsk(["documents", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/documents", { params: { path } }));
  return (
    <Stack>
      <Card withBorder>
        <Text fw={600} mb="xs">{say("proof.documents")}</Text>
        <Asked asked={documents}>
          {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{say("proof.documents.none")}</Text> : <Sheets items={items} path={path} />)}
        </Asked>
      </Card>
      <Standing path={path} />
    </Stack>
  );
}

export function Sheets({ items, path }: { items: Schemas["Document"][]; path?: Path }) {
  const { say, language } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<{ document: Schemas["Document"]; deed: "accept" | "refuse" }>();
  const where = (one: Schemas["Document"]): Path => path ?? { marketplace: one.marketplace || "-", seller_id: one.seller_id ?? "" };
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Tbody>
          {items.map((one) => {
            const { marketplace, seller_id } = where(one);
            return (
              <Table.Tr key={`${seller_id} ${one.sha256}`}>
                <Table.Td><Anchor size="sm" href={`/v1/sellers/${encodeURIComponent(marketplace)}/${encodeURIComponent(seller_id)}/documents/${one.sha256}`}>{one.name}</Anchor></Table.Td>
                {!path && <Table.Td>{seller_id}</Table.Td>}
                <Table.Td>{moment(one.at, language)}</Table.Td>
                <Table.Td>{one.status && <Chip of="proof" code={one.status} />} {one.reason}</Table.Td>
                <Table.Td>
                  {may("decide", "authorisation") && one.status === "waiting" && (
                    <Group gap="xs" wrap="nowrap">
                      <Button size="compact-sm" color="teal" variant="light" onClick={() => setOpen({ document: one, deed: "accept" })}>{say("proof.accept")}</Button>
                      <Button size="compact-sm" color="gray" variant="light" onClick={() => setOpen({ document: one, deed: "refuse" })}>{say("proof.refuse")}</Button>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {open?.deed === "accept" && <Accept path={where(open.document)} document={open.document} close={() => setOpen(undefined)} />}
      {open?.deed === "refuse" && <Refuse path={where(open.document)} document={open.document} close={() => setOpen(undefined)} />}
    </Table.ScrollContainer>
  );
}

interface DeedProps {
  path: Path;
  document: Schemas["Document"];
  close: () => void;
}

const KINDS = ["invoice", "authorisation"] as const;

function Accept({ path, document, close }: DeedProps) {
  const { say } = useWords();
  const [brand, setBrand] = useState("");
  const [days, setDays] = useState<number | string>(365);
  const [kind, setKind] = useState<string>("invoice");
  const accept = useDo(() => {
    const body: Schemas["NewAuthorisation"] = { brand: brand.trim(), days: Number(days), proof: kind, documents: [document.sha256] };
    return api.POST("/v1/sellers/{marketplace}/{seller_id}/authorisations", { params: { path }, body });
  }, ["documents", "authorisations"], close);
  return (
    <Dialog close={close} title={`${say("proof.accept")}: ${document.name}`}>
      <Stack>
        <Text size="sm">{say("proof.accept.what")}</Text>
        <TextInput label={say("listing.brand")} required value={brand} onChange={(event) => setBrand(event.currentTarget.value)} data-autofocus />
        <NativeSelect label={say("proof.kind")} value={kind} onChange={(event) => setKind(event.currentTarget.value)} data={KINDS.map((value) => ({ value: value as string, label: say(`proof.${value}`) }))} />
        <NumberInput label={say("proof.days")} min={1} max={3650} value={days} onChange={setDays} />
        <Failed error={accept.error} />
        <Button color="teal" disabled={!brand.trim() || !Number(days)} loading={accept.isPending} onClick={() => accept.mutate(undefined as never)}>{say("proof.accept")}</Button>
      </Stack>
    </Dialog>
  );
}

function Refuse({ path, document, close }: DeedProps) {
  const { say } = useWords();
  const [reason, setReason] = useState("");
  const refuse = useDo(
    () => api.POST("/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}/refuse", { params: { path: { ...path, sha256: document.sha256 } }, body: { reason } }),
    ["documents"],
    close,
  );
  return (
    <Dialog close={close} title={`${say("proof.refuse")}: ${document.name}`}>
      <Stack>
        <TextInput label={say("why")} description={say("proof.refuse.help")} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
        <Failed error={refuse.error} />
        <Button color="red" disabled={!reason.trim()} loading={refuse.isPending} onClick={() => refuse.mutate(undefined as never)}>{say("proof.refuse")}</Button>
      </Stack>
    </Dialog>
  );
}

/** What was accepted, and until when screening honours it. */
export function Standing({ path }: { path: Path }) {
  const { say, language } = useWords();
  const may = useMay();
  const all = useAsk(["authorisations", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/authorisations", { params: { path } }));
  const revoke = useDo(
    (id: string) => api.POST("/v1/sellers/{marketplace}/{seller_id}/authorisations/{id}/revoke", { params: { path: { ...path, id } }, body: { reason: "revoked" } }),
    ["authorisations"],
  );
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("proof.standing")}</Text>
      <Failed error={revoke.error} />
      <Asked asked={all}>
        {({ items }) =>
          items.length === 0 ? <Text size="sm" c="dimmed">{say("proof.standing.none")}</Text> : (
            <Stack gap="xs">
              {items.map((one) => (
                <Group key={one.authorisation_id} justify="space-between">
                  <Text size="sm" td={one.revoked_at ? "line-through" : undefined}><b>{one.brand}</b> · {one.proof} · {say("proof.until", { until: moment(one.until, language) })}</Text>
                  {may("undo", "authorisation") && !one.revoked_at && <Button size="compact-sm" color="gray" variant="light" onClick={() => revoke.mutate(one.authorisation_id)}>{say("proof.revoke")}</Button>}
                </Group>
              ))}
            </Stack>
          )
        }
      </Asked>
    </Card>
  );
}
