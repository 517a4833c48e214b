//! What surrounds every page of a login.

import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useWords } from "../i18n/language";
import { useMay } from "../platform/login";
import { AccountMenu } from "./AccountMenu";
import { Icon, type IconName } from "./Icon";
import { Mark } from "./Mark";
import css from "./Shell.module.css";

function Place({ to, icon, children }: { to: string; icon: IconName; children: string }) {
  const [path] = useLocation();
  const here = path === to || path.startsWith(`${to}/`);
  return (
    <li>
      <Link href={to} className={css.place} aria-current={here ? "page" : undefined}>
        <Icon name={icon} />
        <span>{children}</span>
      </Link>
    </li>
  );
}

export function Disclaimer() {
  const words = useWords();
  return (
    <footer className={css.footer}>
      <p>{words.app.disclaimer}</p>
    </footer>
  );
}

export function SkipLink() {
  const words = useWords();
  return (
    <a className={css.skip} href="#main">
      {words.app.skip}
    </a>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const words = useWords();
  const access = useMay("access");
  const custody = useMay("custody");
  const state = useMay("state");
  return (
    <div className={css.shell}>
      <SkipLink />
      <header className={css.header}>
        <div className={css.bar}>
          <Link href="/sessions" className={css.brand}>
            <Mark />
            <span>{words.app.name}</span>
          </Link>
          <nav aria-label={words.app.navigation} className={css.nav}>
            <ul>
              <Place to="/sessions" icon="sessions">
                {words.app.sessions}
              </Place>
              {access && (
                <Place to="/access" icon="access">
                  {words.app.access}
                </Place>
              )}
              {custody && (
                <Place to="/custody" icon="custody">
                  {words.app.custody}
                </Place>
              )}
              {state && (
                <Place to="/state" icon="state">
                  {words.app.state}
                </Place>
              )}
            </ul>
          </nav>
          <AccountMenu />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={css.main}>
        {children}
      </main>
      <Disclaimer />
    </div>
  );
}
