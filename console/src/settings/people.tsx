/** Accounts: who there is, in which roles; new ones, and those that may not come in any more. */
import { Alert, Button, Card, Code, Group, MultiSelect, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useDo, useList } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { AskedList } from "../parts/asked";
import { Failed } from "../parts/failed";
import { moment } from "../shown";
import { useWords } from "../words";

/** Roles of docs/rights.md. */
const ROLES = ["administrator", "lead", "reviewer", "analyst", "investigator", "auditor", "manager", "liaison", "seller", "rights_holder", "consumer"];

export function People() {
  const { say } = useWords();
  const may = useMay();
  const accounts = useList(["accounts"], (cursor?: string) => api.GET("/v1/accounts", { params: { query: { ...(cursor && { cursor }) } as never } }));
  return (
    <Stack>
      {may("create", "account") && <Make />}
      <AskedList asked={accounts} empty={say("people.none")}>{(items) => <Rows items={items} />}</AskedList>
    </Stack>
  );
}

function Rows({ items }: { items: Schemas["AccountView"][] }) {
  const { say, language } = useWords();
  const may = useMay();
  const change = useDo(({ id, disabled }: { id: string; disabled: boolean }) => api.PATCH("/v1/accounts/{id}", { params: { path: { id } }, body: { disabled } }), ["accounts"]);
  return (
    <>
      <Failed error={change.error} />
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{say("login.name")}</Table.Th><Table.Th>{say("people.roles")}</Table.Th><Table.Th>{say("settings.factor")}</Table.Th><Table.Th>{say("people.since")}</Table.Th><Table.Th /></Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Table.Tr key={one.account_id}>
                <Table.Td>{one.login}{one.seller_id ? ` (${one.seller_id})` : ""}</Table.Td>
                <Table.Td>{one.roles.join(", ")}</Table.Td>
                <Table.Td>{say(one.second_factor ? "yes" : "no")}</Table.Td>
                <Table.Td>{moment(one.created_at, language)}</Table.Td>
                <Table.Td>
                  {may("configure", "account") && (
                    <Button size="compact-sm" variant="light" color={one.disabled_at ? "teal" : "gray"} onClick={() => change.mutate({ id: one.account_id, disabled: !one.disabled_at })}>
                      {say(one.disabled_at ? "people.enable" : "people.disable")}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function Make() {
  const { say } = useWords();
  const [asked, setAsked] = useState({ login: "", name: "", marketplace: "", seller_id: "" });
  const [roles, setRoles] = useState<string[]>([]);
  const make = useDo(() => {
    const { login, name, ...shop } = asked;
    return api.POST("/v1/accounts", { body: { login, name: name || login, roles, ...(roles.includes("seller") && shop) } });
  }, ["accounts"]);
  const field = (name: keyof typeof asked) => ({ value: asked[name], onChange: (event: { currentTarget: { value: string } }) => setAsked({ ...asked, [name]: event.currentTarget.value }) });
  return (
    <Card withBorder>
      <Text fw={600} mb="xs">{say("people.make")}</Text>
      <Group align="flex-end">
        <TextInput label={say("login.name")} {...field("login")} />
        <TextInput label={say("people.name")} {...field("name")} />
        <MultiSelect label={say("people.roles")} data={ROLES} value={roles} onChange={setRoles} miw={220} />
        {roles.includes("seller") && <><TextInput label={say("listing.marketplace")} {...field("marketplace")} /><TextInput label={say("listing.seller")} {...field("seller_id")} /></>}
        <Button disabled={!asked.login.trim() || roles.length === 0} loading={make.isPending} onClick={() => make.mutate(undefined as never)}>{say("people.make")}</Button>
      </Group>
      <Failed error={make.error} />
      {make.data?.password && <Alert mt="sm" color="teal" title={say("people.password", { login: make.data.account.login })}><Stack gap={4}>{say("people.password.what")}<Code block>{make.data.password}</Code></Stack></Alert>}
    </Card>
  );
}
