/** A fake that comes down in the same step: what the seller is told, then both at once. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { useWords } from "../words";
import { type Item, judgement } from "./desk";
import { firstTold, isTold, Telling, telling } from "./telling";

interface Props {
  item: Item;
  class?: string | undefined;
  close: () => void;
  done: () => void;
}

export function Remove({ item, class: cls, close, done }: Props) {
  const { say, language } = useWords();
  const [told, setTold] = useState(() => firstTold(language));
  const subject = item.subject as { marketplace?: string; seller_id?: string };
  const send = useDo(
    () => {
      const act: Schemas["NewDoing"] = {
        measure: "remove", reason: "counterfeit", severity: told.severity, policy: told.policy, telling: telling(told),
      };
      const body: Schemas["ItemCommand"] = { command: "judge", token: item.lock?.token ?? 0, judgement: judgement("fake", cls), act };
      return api.POST("/v1/items/{id}/commands", { params: { path: { id: item.item_id } }, body });
    },
    ["queues", "standing"],
    done,
  );
  return (
    <Dialog close={close} title={say("review.remove")} size="lg">
      <Stack component="form" onSubmit={(event) => { event.preventDefault(); send.mutate(undefined as never); }}>
        <Text size="sm">{say("review.remove.what")}</Text>
        <Telling told={told} change={setTold} decision={item.decision_id ?? undefined}
          seller={{ marketplace: subject.marketplace ?? "", seller_id: subject.seller_id ?? "" }} />
        <Failed error={send.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>{say("cancel")}</Button>
          <Button type="submit" color="red" disabled={!isTold(told)} loading={send.isPending}>{say("review.remove")}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
