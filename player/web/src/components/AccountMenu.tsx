//! Who is logged in, what they may, and what they can change for themselves.

import { Button as AriaButton, Dialog, DialogTrigger, Heading, Popover } from "react-aria-components";
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
  return (
    <DialogTrigger>
      <AriaButton className={css.trigger ?? ""} aria-label={words.account.open(me.name)}>
        <Icon name="user" />
        <span className={css.name}>{me.name}</span>
        <Icon name="down" size={16} />
      </AriaButton>
      <Popover className={css.popover ?? ""} placement="bottom end" offset={6}>
        <Dialog className={css.dialog ?? ""}>
          {({ close }) => (
            <>
              <Heading slot="title" className={css.title ?? ""}>
                {me.name}
              </Heading>
              <ul className={css.roles}>
                {me.roles.map((role) => (
                  <li key={`${role.role} ${role.tenant}`}>{roleLine(role, words)}</li>
                ))}
              </ul>
              <Preferences />
              <div className={css.actions}>
                <Button
                  look="quiet"
                  onPress={() => {
                    close();
                    go("/password");
                  }}
                >
                  {words.account.password}
                </Button>
                <Button
                  onPress={async () => {
                    close();
                    await logOut();
                    go("/login");
                  }}
                >
                  {words.account.logOut}
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
