//! The way to a bundle's file: a plain link, so that the browser writes it to disk as it comes.

import { useQueryClient } from "@tanstack/react-query";
import { bundleOf } from "../../../api/exports";
import type { ExportEntry } from "../../../api/types";
import { FileLink } from "../../../components/Button";
import { useWords } from "../../../i18n/language";
import { keys } from "../../../platform/queries";

/** The server has the bundle on record before its first byte; by then the list can say so. */
const ON_RECORD_MS = 2_000;

export function BundleLink({ entry, primary = false }: { entry: ExportEntry; primary?: boolean }) {
  const words = useWords().custody;
  const client = useQueryClient();
  return (
    <FileLink
      look={primary ? "primary" : "plain"}
      icon="download"
      href={bundleOf(entry.export)}
      label={words.exports.downloadOf(words.sessionOf(entry.session))}
      onFollow={() => {
        setTimeout(() => client.invalidateQueries({ queryKey: keys.allExports }), ON_RECORD_MS);
      }}
    >
      {words.exports.download}
    </FileLink>
  );
}
