import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// `npm run dev` passes the API on to a server that is running already.
const server = process.env.OBHUT_REVIEW ?? "http://127.0.0.1:7481";

// React Aria speaks thirty languages and carries all their words along; the page speaks these. (Its English is en-US.)
const SPOKEN = ["de-DE", "en-US"];
const SILENT = "\0silent-locale";

function spokenLocalesOnly(): Plugin {
  return {
    name: "spoken-locales-only",
    enforce: "pre",
    resolveId(id, importer) {
      const locale = /([a-z]{2}-[A-Z]{2})\.m?js$/.exec(id)?.[1];
      const foreign = locale !== undefined && !SPOKEN.includes(locale);
      return foreign && /[/\\]react-(aria|stately)/.test(importer ?? "") ? SILENT : null;
    },
    load: (id) => (id === SILENT ? "export default {};" : null),
  };
}

export default defineConfig({
  plugins: [spokenLocalesOnly(), react()],
  // The server replaces the placeholder with a fresh nonce in every page it answers.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    target: ["chrome125", "firefox128", "safari17.5"],
    // Inlined files would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Bytes of no use to a visitor, and sources of what is served are in the repository.
    sourcemap: false,
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/v1": {
        target: server,
        changeOrigin: true,
        configure: (proxy) => {
          // The server compares the origin with its own; behind this proxy they differ by the port alone.
          proxy.on("proxyReq", (request) => {
            if (request.hasHeader("origin")) request.setHeader("origin", server);
          });
        },
      },
    },
  },
});
