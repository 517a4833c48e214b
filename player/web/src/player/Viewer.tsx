//! The opened session.

import { useWords } from "../i18n/language";
import type { ViewerProps } from "./contract";

export function Viewer({ description }: ViewerProps) {
  const words = useWords();
  return <p>{description.title ?? words.session.untitled}</p>;
}
