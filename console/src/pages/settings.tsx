/** Settings: people and what they may do, webhooks with what became of their messages, one's own password and sessions. */
import { Tabs } from "@mantine/core";

import { useMay } from "../api/session";
import { Page } from "../parts/page";
import { Own } from "../settings/own";
import { People } from "../settings/people";
import { Webhooks } from "../settings/webhooks";
import { useWords } from "../words";

export function Settings() {
  const { say } = useWords();
  const may = useMay();
  return (
    <Page title={say("nav.settings")}>
      <Tabs defaultValue="own" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="own">{say("settings.own")}</Tabs.Tab>
          {may("read", "account") && <Tabs.Tab value="people">{say("settings.people")}</Tabs.Tab>}
          {may("read", "webhook") && <Tabs.Tab value="webhooks">{say("settings.webhooks")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="own" pt="md"><Own /></Tabs.Panel>
        <Tabs.Panel value="people" pt="md"><People /></Tabs.Panel>
        <Tabs.Panel value="webhooks" pt="md"><Webhooks /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
