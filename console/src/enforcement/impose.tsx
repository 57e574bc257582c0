/** What is to be done about a seller: said, shown what it would change, then done; a second person is asked where needed. */
import { Alert, Button, Group, MultiSelect, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";

import { useAsk, useDo } from "../api/ask";
import { api, type Schemas } from "../api/client";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/failed";
import { firstTold, isTold, Telling, telling } from "../review/telling";
import { useWords } from "../words";
import { type Changes, WouldChange } from "./changes";
import { keep } from "./pending";

/** What reaches a whole shop; what reaches one listing. */
const SHOP = ["warn", "points", "listing_ban", "suspend", "close", "freeze"] as const;
const LISTING = ["demote", "hold", "hide", "remove"] as const;
type Measure = (typeof SHOP)[number] | (typeof LISTING)[number];

const DAY_MS = 86_400_000;
/** Why no notice comes first: only what the law knows. */
const EXCEPTIONS = ["", "legal_duty", "imperative_reason", "repeated_infringement", "other_ground"] as const;

interface Props {
  path: { marketplace: string; seller_id: string };
  close: () => void;
}

export function Impose({ path, close }: Props) {
  const { say, language } = useWords();
  const [measure, setMeasure] = useState<Measure>("warn");
  const [listing, setListing] = useState("");
  const [points, setPoints] = useState<number | string>(4);
  const [funds, setFunds] = useState<Funds>({ amount: "", currency: "EUR" });
  const [days, setDays] = useState<number | string>("");
  const [exception, setException] = useState<string>("");
  const [told, setTold] = useState(() => firstTold(language));
  const [chosen, setChosen] = useState<string[]>();
  const seen = useSeen(path);
  const evidence = chosen ?? seen.filter((one) => one.verdict === "block").map((one) => one.hash);
  const onListing = (LISTING as readonly string[]).includes(measure);
  const seller = { marketplace: path.marketplace === "-" ? "" : path.marketplace, seller_id: path.seller_id };
  const order = (): Schemas["Impose"] => ({
    orders: [{
      measure: toldMeasure(measure, points, funds) as never,
      scope: (onListing ? { listing: { ...seller, listing_id: listing } } : { seller }) as never,
      reason: "counterfeit", severity: told.severity, policy: told.policy, evidence,
      ...(typeof days === "number" && { end: new Date(Date.now() + days * DAY_MS).toISOString() }),
      ...(exception && { exception }),
    }],
    telling: telling(told),
  });
  const dry = useDo(() => api.POST("/v1/actions/dry-run", { body: order() }));
  const impose = useDo((body: Schemas["Impose"]) => api.POST("/v1/actions", { body }), ["standing", "statements", "listings"], close);
  const ready = isTold(told) && evidence.length > 0 && (!onListing || listing.trim() !== "") && (measure !== "points" || Number(points) > 0) && (measure !== "freeze" || isAmount(funds));
  const needs = impose.error?.code === "approval_needed" ? impose.error.more : undefined;
  return (
    <Dialog close={close} title={`${say("seller.act")} · ${path.seller_id}`} size="lg">
      <Stack>
        <NativeSelect label={say("action.measure")} value={measure} onChange={(event) => setMeasure(event.currentTarget.value as Measure)}
          data={[...SHOP, ...LISTING].map((value) => ({ value, label: say(`measure.${value}`) }))} />
        {onListing && <TextInput label={say("listing.listing")} required value={listing} onChange={(event) => setListing(event.currentTarget.value)} />}
        {measure === "points" && <NumberInput label={say("action.points")} required min={1} max={1000} value={points} onChange={setPoints} />}
        {measure === "freeze" && (
          <Group grow>
            <NumberInput label={say("action.amount")} required min={0} decimalScale={2} value={funds.amount} onChange={(amount) => setFunds({ ...funds, amount })} />
            <TextInput label={say("action.currency")} required maxLength={3} value={funds.currency} onChange={(event) => setFunds({ ...funds, currency: event.currentTarget.value.toUpperCase() })} />
          </Group>
        )}
        <NumberInput label={say("action.days")} description={say("action.days.help")} min={1} max={3650} value={days} onChange={setDays} />
        {!onListing && (
          <NativeSelect label={say("action.exception")} value={exception} onChange={(event) => setException(event.currentTarget.value)}
            data={EXCEPTIONS.map((value) => ({ value: value as string, label: value ? say(`exception.${value}`) : say("exception.none") }))} />
        )}
        <MultiSelect label={say("action.evidence")} description={say("action.evidence.help")} required searchable value={evidence} onChange={setChosen}
          data={seen.map(({ hash, id, verdict }) => ({ value: hash, label: `${id} · ${say(`verdict.${verdict}`)}` }))} />
        <Telling told={told} change={setTold} />
        <Failed error={dry.error} />
        {dry.data && <WouldChange changes={dry.data.changes as Changes} />}
        {needs ? <Ask order={order()} needs={needs} seller={path.seller_id} measure={measure} close={close} /> : <Failed error={impose.error} />}
        <Group justify="flex-end">
          <Button variant="default" disabled={!ready} loading={dry.isPending} onClick={() => dry.mutate(undefined as never)}>{say("action.dry")}</Button>
          <Button color="red" disabled={!ready || needs !== undefined} loading={impose.isPending} onClick={() => impose.mutate(order())}>{say("action.impose")}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

interface Funds {
  amount: number | string;
  currency: string;
}

const isAmount = ({ amount, currency }: Funds): boolean => Number(amount) > 0 && /^[A-Z]{3}$/.test(currency);

/** A measure as the API takes it: some say how much. */
function toldMeasure(measure: Measure, points: number | string, { amount, currency }: Funds): unknown {
  if (measure === "points") return { points: Number(points) };
  if (measure !== "freeze" || !isAmount({ amount, currency })) return measure;
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return { freeze: { minor: Math.round(Number(amount) * 10 ** digits), currency } };
}

/** Listings of the seller as they were seen: what an action can stand on, by content. */
function useSeen({ marketplace, seller_id }: Props["path"]) {
  const query = { seller_id, ...(marketplace !== "-" && { marketplace }) };
  const listings = useAsk(["listings", "seller", { marketplace, seller_id }], () => api.GET("/v1/listings", { params: { query } }));
  const all = listings.data?.items ?? [];
  // The same words twice are one evidence.
  const by = new Map(all.map((one) => [one.listing_hash, { hash: one.listing_hash, id: one.listing_id, verdict: one.verdict }]));
  return [...by.values()];
}

interface AskProps {
  order: Schemas["Impose"];
  needs: Record<string, unknown>;
  seller: string;
  measure: Measure;
  close: () => void;
}

/** One person alone may not do this: another is asked. */
function Ask({ order, needs, seller, measure, close }: AskProps) {
  const { say } = useWords();
  const words = `${say(`measure.${measure}`)} · ${seller}`;
  const ask = useDo(
    () => api.POST("/v1/approvals", { body: { sees: needs["sees"] as string, needs: needs["needs"] as never, words } }),
    ["approvals"],
    (asked) => {
      keep(asked.approval_id, { ...order, incident: needs["incident"] as string });
      close();
    },
  );
  return (
    <Alert color="orange" title={say("approval.needed")}>
      <Stack align="flex-start" gap="sm">
        {say("approval.needed.what")}
        <Failed error={ask.error} />
        <Button size="compact-md" loading={ask.isPending} onClick={() => ask.mutate(undefined as never)}>{say("approval.ask")}</Button>
      </Stack>
    </Alert>
  );
}

