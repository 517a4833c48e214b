//! Providers around the pages.

import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { I18nProvider } from "react-aria-components";
import { localeOf } from "./i18n/format";
import { Pages } from "./pages/Pages";
import { newClient } from "./platform/queries";
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
  const [client] = useState(newClient);
  return (
    <I18nProvider locale={localeOf(settings.language)}>
      <QueryClientProvider client={client}>
        <Pages />
      </QueryClientProvider>
    </I18nProvider>
  );
}
