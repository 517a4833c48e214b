//! What Custody's pages have in common: the way to the others, and whom they are for.

import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { useWords } from "../../i18n/language";
import { useMay } from "../../platform/login";
import css from "./CustodyFrame.module.css";

const PARTS = ["deletions", "holds", "certificates", "exports"] as const;
type Part = (typeof PARTS)[number];

/** Custody's parts, as links above the page's heading. */
export function CustodyParts() {
  const words = useWords().custody;
  const [path] = useLocation();
  return (
    <nav aria-label={words.parts} className={css.parts}>
      <ul>
        {PARTS.map((part) => {
          const to = `/custody/${part}`;
          const here = path === to ? "page" : path.startsWith(`${to}/`) ? "true" : undefined;
          return (
            <li key={part}>
              <Link href={to} className={css.part} aria-current={here}>
                {words.part[part]}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

interface Props {
  part: Part;
  aside?: ReactNode;
  children: ReactNode;
}

/** A part's own page. */
export function CustodyFrame({ part, aside, children }: Props) {
  const words = useWords().custody[part];
  return (
    <Page title={words.title} before={<CustodyParts />} aside={aside} intro={<p>{words.intro}</p>}>
      {children}
    </Page>
  );
}

/** Shows the page to those who may see Custody. */
export function ForCustodians({ children }: { children: ReactNode }) {
  const words = useWords().custody;
  if (useMay("custody")) return children;
  return (
    <Page title={words.title}>
      <div className={css.forbidden}>
        <Notice title={words.forbidden}>
          <p>{words.forbiddenWhy}</p>
        </Notice>
      </div>
    </Page>
  );
}
