import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The console is served below `/console/`; while it is developed, the API is that of a server on this machine. */
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0 },
  html: { cspNonce: "__NONCE__" },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
