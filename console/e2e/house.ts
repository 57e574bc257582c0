/**
 * A house to work in: a server of its own in an empty folder, people of every kind, a bank with a known fake, and what
 * came in this morning: the bundled feed of invented listings, those with pictures, and three copies of one offer.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const PROGRAM = process.env["TOUCHSTONE_BIN"] ?? "";
const ROOT = join(import.meta.dirname, "../..");
const DEMO = join(ROOT, "fixtures/demo");
export const PASSWORD = "correct horse battery staple";
/** Milliseconds until a server must be up: it reads knowledge and models. */
const UP_MS = 120_000;

/** Who works here. The seller is a shop of the marketplace `plaza`. */
const PEOPLE: string[][] = [
  ["anna", "--role", "reviewer"],
  ["lena", "--role", "lead"],
  ["mara", "--role", "lead"],
  ["nora", "--role", "lead"],
  ["ada", "--role", "analyst"],
  ["audit", "--role", "auditor"],
  ["admin", "--role", "administrator"],
  ["shop", "--role", "seller", "--marketplace", "plaza", "--seller", "copy-corner"],
];

/** One offer three times, of one shop: dear enough to come first. */
export const COPIES = ["c-1", "c-2", "c-3"].map((id) => ({
  marketplace: "plaza",
  seller_id: "copy-corner",
  id,
  title: "Gucci Marmont bag, top quality, ask on whatsapp",
  price: "390.00 EUR",
  condition: "new",
  event: "create",
}));

export interface House {
  address: string;
  data: string;
  /** What a machine of the marketplace sends. */
  send: (path: string, body: BodyInit, headers?: Record<string, string>) => Promise<Record<string, unknown>>;
  run: (words: string[]) => string;
  close: () => Promise<void>;
}

function run(data: string, words: string[], input = ""): string {
  const [command = "", deed = "", ...rest] = words;
  const done = spawnSync(PROGRAM, [command, deed, "--data", data, ...rest], { input, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`touchstone ${words.join(" ")}: ${done.stderr}`);
  return done.stdout.trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function lines(path: string): Promise<Record<string, string>[]> {
  return (await readFile(path, "utf8")).split("\n").filter(Boolean).map((line) => JSON.parse(line) as Record<string, string>);
}

/** `review` is a folder of settings about reviewing; without it nothing is mixed in. */
export async function open(review = join(ROOT, "crates/server/tests/data/review")): Promise<House> {
  if (!PROGRAM) throw new Error("TOUCHSTONE_BIN names no program");
  const work = await mkdtemp(join(tmpdir(), "touchstone-console-"));
  const data = join(work, "data");
  const listen = `127.0.0.1:${await freePort()}`;
  // A second reviewer for some and known answers among the rest would make each day another one.
  const words = ["serve", "--data", data, "--listen", listen, "--review", review];
  const server = spawn(PROGRAM, words, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (part: Buffer) => {
    log += part.toString();
  });
  const address = `http://${listen}`;
  const late = Date.now() + UP_MS;
  while (!(await fetch(`${address}/readyz`).then((answer) => answer.ok, () => false))) {
    if (Date.now() > late || server.exitCode !== null) throw new Error(`the server does not come up: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const [login = "", ...rest] of PEOPLE) {
    run(data, ["accounts", "create", "--login", login, "--name", login, "--password-stdin", ...rest], `${PASSWORD}\n`);
  }
  const key = run(data, ["keys", "create", "--name", "morning", "--scope", "admin"]);
  const send: House["send"] = async (path, body, headers = {}) => {
    const answer = await fetch(address + path, { method: "POST", body, headers: { authorization: `Bearer ${key}`, ...headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const close = async () => {
    server.kill();
    await new Promise((resolve) => (server.exitCode === null ? server.once("exit", resolve) : resolve(0)));
    await rm(work, { recursive: true, force: true });
  };
  const house: House = { address, data, send, close, run: (words) => run(data, words) };
  await morning(house);
  return house;
}

export const JSON_TYPE = { "content-type": "application/json" };

/** Calls of somebody who is logged in. */
export async function asPerson(house: House, login: string): Promise<(path: string, body: object) => Promise<void>> {
  const entered = await fetch(`${house.address}/v1/login`, { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ login, password: PASSWORD }) });
  const cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const { csrf_token } = (await fetch(`${house.address}/v1/me`, { headers: { cookie } }).then((answer) => answer.json())) as { csrf_token: string };
  return async (path, body) => {
    const answer = await fetch(house.address + path, { method: "POST", body: JSON.stringify(body), headers: { ...JSON_TYPE, cookie, "x-csrf-token": csrf_token } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
}

async function morning(house: House): Promise<void> {
  await house.send("/v1/sellers", JSON.stringify(await lines(join(DEMO, "sellers.jsonl"))), JSON_TYPE);
  await known(house, join(DEMO, "known"));
  await house.send("/v1/screen", JSON.stringify(await lines(join(DEMO, "feed/plaza.jsonl"))), JSON_TYPE);
  for (const listing of await lines(join(DEMO, "pictured.jsonl"))) {
    const name = basename(listing["image_link"] ?? "");
    const form = new FormData();
    form.append("listing", JSON.stringify(listing));
    form.append("picture", new Blob([await readFile(join(DEMO, "images", name))]), name);
    await house.send("/v1/screen/form", form);
  }
  for (const copy of COPIES) await house.send("/v1/screen", JSON.stringify(copy), JSON_TYPE);
}

async function known(house: House, folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const form = new FormData();
    form.append("why", "test purchase");
    form.append("picture", new Blob([await readFile(join(folder, name))]), name);
    await house.send("/v1/banks/counterfeit", form);
  }
}
