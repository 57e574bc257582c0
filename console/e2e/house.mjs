/**
 * A house to work in: a server of its own in an empty folder, people of every kind, a bank with a known fake, and what
 * came in this morning: the bundled feed of invented listings, those with pictures, and three copies of one offer.
 *
 *   const house = await open({ binary, root });   house.address, house.password, house.logins
 *   await house.close();
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const PASSWORD = "correct horse battery staple";

/** Who works here. Sellers belong to a shop of the marketplace `plaza`. */
const PEOPLE = [
  ["anna", "--role", "reviewer"],
  ["lena", "--role", "lead"],
  ["mara", "--role", "lead"],
  ["nora", "--role", "lead"],
  ["audit", "--role", "auditor"],
  ["admin", "--role", "administrator"],
  ["shop", "--role", "seller", "--marketplace", "plaza", "--seller", "copy-corner"],
];

const port = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

function run(binary, data, words, input) {
  const done = spawnSync(binary, [words[0], words[1], "--data", data, ...words.slice(2)], { input, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`touchstone ${words.join(" ")}: ${done.stderr}`);
  return done.stdout.trim();
}

async function lines(path) {
  return (await readFile(path, "utf8")).split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** Starts it; `root` is the folder of the repository, `review` one with other settings of reviewing. */
export async function open({ binary, root, review }) {
  const work = await mkdtemp(join(tmpdir(), "touchstone-console-"));
  const data = join(work, "data");
  const listen = `127.0.0.1:${await port()}`;
  const words = ["serve", "--data", data, "--listen", listen, "--rate", "100000", "--burst", "100000"];
  const server = spawn(binary, [...words, ...(review ? ["--review", review] : [])], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (part) => {
    log += part;
  });
  const address = `http://${listen}`;
  for (let tries = 0; !(await fetch(`${address}/readyz`).then((answer) => answer.ok, () => false)); tries++) {
    if (tries > 600 || server.exitCode !== null) throw new Error(`the server does not come up: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const [login, ...rest] of PEOPLE) {
    run(binary, data, ["accounts", "create", "--login", login, "--name", login, "--password-stdin", ...rest], `${PASSWORD}\n`);
  }
  const key = run(binary, data, ["keys", "create", "--name", "morning", "--scope", "admin"]);
  const send = async (path, body, headers = {}) => {
    const answer = await fetch(address + path, { method: "POST", body, headers: { authorization: `Bearer ${key}`, ...headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const close = async () => {
    server.kill();
    await new Promise((resolve) => (server.exitCode === null ? server.once("exit", resolve) : resolve()));
    await rm(work, { recursive: true, force: true });
  };
  const house = { address, key, send, close, data, log: () => log };
  await morning(house, root);
  return house;
}

const JSON_TYPE = { "content-type": "application/json" };

async function morning({ send }, root) {
  const demo = join(root, "fixtures/demo");
  const sellers = await lines(join(demo, "sellers.jsonl"));
  await send("/v1/sellers", JSON.stringify(sellers), JSON_TYPE);
  await known({ send }, join(demo, "known"));
  await send("/v1/screen", JSON.stringify(await lines(join(demo, "feed/plaza.jsonl"))), JSON_TYPE);
  for (const listing of await lines(join(demo, "pictured.jsonl"))) {
    const name = basename(listing.image_link);
    const form = new FormData();
    form.append("listing", JSON.stringify(listing));
    form.append("picture", new Blob([await readFile(join(demo, "images", name))]), name);
    await send("/v1/screen/form", form);
  }
  await send("/v1/screen", JSON.stringify(COPIES), JSON_TYPE);
}

async function known({ send }, folder) {
  const { readdir } = await import("node:fs/promises");
  for (const name of await readdir(folder)) {
    const form = new FormData();
    form.append("why", "test purchase");
    form.append("picture", new Blob([await readFile(join(folder, name))]), name);
    await send("/v1/banks/counterfeit", form);
  }
}

/** One offer three times, of one shop. */
export const COPIES = ["c-1", "c-2", "c-3"].map((id) => ({
  marketplace: "plaza",
  seller_id: "copy-corner",
  id,
  title: "Gucci Marmont bag 1:1 top quality",
  description: "Same factory, with box and dust bag. Ask for more pictures on whatsapp.",
  price: "39.00 EUR",
  condition: "new",
  event: "create",
}));

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
