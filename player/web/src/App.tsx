//! Providers around the pages.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { I18nProvider } from "react-aria-components";
import { Pages } from "./pages/Pages";
import { SettingsProvider, useSettings } from "./platform/settings";

export function App() {
  return (
    <SettingsProvider>
      <Localized />
    </SettingsProvider>
  );
}

function Localized() {
  const { settings } = useSettings();
  const [client] = useState(() => new QueryClient());
  return (
    <I18nProvider locale={settings.language === "de" ? "de-DE" : "en-GB"}>
      <QueryClientProvider client={client}>
        <Pages />
      </QueryClientProvider>
    </I18nProvider>
  );
}
