/** Listings found as one types what they say, or by a picture that they show. */
import { Alert, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, form, type Refused, type Schemas, told } from "../api/client";
import { Failed } from "../parts/failed";
import { useWords } from "../words";
import { Rows } from "./rows";

export interface Wanted {
  q: string;
  verdict?: Schemas["Verdict"];
  seller_id?: string;
  marketplace?: string;
}

export function FoundByWords({ wanted }: { wanted: Wanted }) {
  const found = useQuery<Schemas["FoundListings"], Refused>({
    queryKey: ["listings-found", wanted],
    placeholderData: (before) => before,
    queryFn: async () => told(await api.GET("/v1/listings/search", { params: { query: wanted } })),
  });
  return <Found found={found.data} error={found.error} />;
}

export function FoundByPicture({ picture }: { picture: File }) {
  const found = useQuery<Schemas["FoundListings"], Refused>({
    queryKey: ["listings-alike", picture.name, picture.size, picture.lastModified],
    queryFn: async () => told(await api.POST("/v1/listings/alike", { ...form({ picture }) })),
  });
  return <Found found={found.data} error={found.error} />;
}

function Found({ found, error }: { found: Schemas["FoundListings"] | undefined; error: Refused | null }) {
  const { say, language } = useWords();
  if (error) return <Failed error={error} />;
  if (!found) return null;
  const count = found.searched.toLocaleString(language);
  return (
    <Stack gap="xs">
      {!found.complete && <Alert color="gray" py="xs">{say("listings.filling", { count })}</Alert>}
      <Text size="xs" c="dimmed" role="status">{say("listings.found", { found: found.items.length.toLocaleString(language), count })}</Text>
      {found.items.length === 0 ? <Text c="dimmed">{say("listings.found.none")}</Text> : <Rows items={found.items} />}
    </Stack>
  );
}
