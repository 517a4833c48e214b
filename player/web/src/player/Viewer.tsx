//! The opened session.

import { useWords } from "../i18n/language";
import type { ViewerProps } from "./contract";

export function Viewer({ description }: ViewerProps) {
  const words = useWords();
  return (
    <section aria-label={words.player.region}>
      <p>{description.title ?? words.session.untitled}</p>
    </section>
  );
}
