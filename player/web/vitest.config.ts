import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // Days begin where the reader is: a zone with two offsets shows whether that is kept in mind.
    env: { TZ: "Europe/Berlin" },
  },
});
