//! Who is logged in, what they may, and what they can change for themselves.

import { useId, useRef } from "react";
import { useLocation } from "wouter";
import type { Role } from "../api/types";
import { useWords, type Words } from "../i18n/language";
import { useLogOut, useMe } from "../platform/login";
import css from "./AccountMenu.module.css";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { Preferences } from "./Preferences";

function roleLine(role: Role, words: Words): string {
  const name = words.account.roles[role.role];
  return `${name}, ${role.tenant === null ? words.account.everyTenant : (role.tenant_name ?? role.tenant)}`;
}

export function AccountMenu() {
  const words = useWords();
  const me = useMe();
  const logOut = useLogOut();
  const [, go] = useLocation();
  const id = useId();
  // The browser's own popover: it closes by Escape and by a click elsewhere, and stands next to its button for the keyboard.
  const panel = useRef<HTMLDivElement>(null);
  return (
    <div className={css.account}>
      <button
        type="button"
        className={css.trigger}
        popoverTarget={id}
        aria-label={words.account.open(me.name)}
      >
        <Icon name="user" />
        <span className={css.name}>{me.name}</span>
        <Icon name="down" size={16} />
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: no fieldset, it holds buttons as well */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="group"
        aria-label={words.account.title}
        className={css.panel}
      >
        <div className={css.inner}>
          <div>
            <p className={css.title}>{me.name}</p>
            <ul className={css.roles}>
              {me.roles.map((role) => (
                <li key={`${role.role} ${role.tenant}`}>{roleLine(role, words)}</li>
              ))}
            </ul>
          </div>
          <Preferences />
          <div className={css.actions}>
            <Button
              look="quiet"
              onPress={() => {
                panel.current?.hidePopover();
                go("/password");
              }}
            >
              {words.account.password}
            </Button>
            <Button
              onPress={async () => {
                await logOut();
                go("/login");
              }}
            >
              {words.account.logOut}
            </Button>
          </div>
        </div>
      </div>
    </div>
  );
}
