import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Beside each file one that is compressed: the program carries both and sends what a browser takes. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    configResolved: ({ build }) => {
      folder = join(build.outDir, "assets");
    },
    closeBundle: () => {
      for (const name of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
        writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
      }
    },
  };
}

/** The console is served below `/console/`; while it is developed, the API is that of a server on this machine. */
export default defineConfig({
  base: "/console/",
  plugins: [react(), compressed()],
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0 },
  html: { cspNonce: "__NONCE__" },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
