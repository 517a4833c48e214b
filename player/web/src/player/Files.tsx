//! What the session holds beside its screens: named, and how to get it.

import type { SessionStream } from "../api/types";
import { useWords } from "../i18n/language";
import css from "./Files.module.css";

export function Files({ session, files }: { session: string; files: readonly SessionStream[] }) {
  const words = useWords().player;
  const kinds: Readonly<Record<string, string>> = words.fileKind;
  return (
    <section className={css.files}>
      <h3>{words.files}</h3>
      <ul>
        {files.map((file) => (
          <li key={file.n}>
            <bdi className={css.name}>{file.name || words.unnamed}</bdi>
            <span className={css.kind}>{kinds[file.kind] ?? file.kind}</span>
          </li>
        ))}
      </ul>
      <p>
        {words.filesWhy} <code>{`obhut restore ${session} --to ./restored`}</code>
      </p>
    </section>
  );
}
