/** The seller of a listing in one line: what holds for them, and the way to all that is known. */
import { Anchor, Card, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { useAsk } from "../api/ask";
import { api, inPath } from "../api/client";
import { useMay } from "../api/session";
import { Chip } from "../parts/chips";
import { useWords } from "../words";

export interface SellerName {
  marketplace: string;
  seller_id: string;
}

export function SellerStrip({ seller }: { seller: SellerName }) {
  const { say } = useWords();
  const path = { marketplace: inPath(seller.marketplace), seller_id: seller.seller_id };
  const may = useMay();
  const standing = useAsk(["standing", path], () => api.GET("/v1/sellers/{marketplace}/{seller_id}/standing", { params: { path } }), { enabled: may("read", "action") });
  const account = standing.data?.account;
  const acted = standing.data?.actions.filter((action) => action.fate === "stands").length ?? 0;
  return (
    <Card withBorder py="xs">
      <Group gap="md">
        <Anchor component={Link} to={`/sellers/${encodeURIComponent(path.marketplace)}/${encodeURIComponent(path.seller_id)}` as never} fw={600} size="sm">{seller.seller_id}</Anchor>
        {account && (
          <>
            <Chip of="access" code={account.access} />
            <Text size="sm">{say("seller.points", { points: String(account.points ?? 0) })}</Text>
            <Text size="sm">{say("seller.acted", { count: String(acted) })}</Text>
          </>
        )}
      </Group>
    </Card>
  );
}
