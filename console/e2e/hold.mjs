/** Opens a house and keeps it until it is told to stop: `node e2e/hold.mjs PROGRAM`. */
import { open, PASSWORD } from "./house.mjs";

const house = await open({ binary: process.argv[2], root: process.argv[3] ?? ".." });
console.log(`${house.address}/console/ (password: ${PASSWORD}), key ${house.key}`);
process.on("SIGINT", () => house.close().then(() => process.exit(0)));
process.on("SIGTERM", () => house.close().then(() => process.exit(0)));
