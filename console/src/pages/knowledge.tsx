/** Knowledge in force: a listing tried on it, brands with all that is known of them, words, kinds of goods. */
import { Tabs, Text } from "@mantine/core";

import { Brands } from "../knowledge/brands";
import { Kinds } from "../knowledge/kinds";
import { Try } from "../knowledge/try";
import { Words } from "../knowledge/words";
import { Page } from "../parts/page";
import { useWords } from "../words";

export function Knowledge() {
  const { say } = useWords();
  return (
    <Page title={say("nav.knowledge")}>
      <Text size="sm" c="dimmed" maw={720}>{say("knowledge.what")}</Text>
      <Tabs defaultValue="try" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="try">{say("knowledge.try")}</Tabs.Tab>
          <Tabs.Tab value="brands">{say("knowledge.brands")}</Tabs.Tab>
          <Tabs.Tab value="words">{say("knowledge.words")}</Tabs.Tab>
          <Tabs.Tab value="kinds">{say("knowledge.kinds")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="try" pt="md"><Try /></Tabs.Panel>
        <Tabs.Panel value="brands" pt="md"><Brands /></Tabs.Panel>
        <Tabs.Panel value="words" pt="md"><Words /></Tabs.Panel>
        <Tabs.Panel value="kinds" pt="md"><Kinds /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
