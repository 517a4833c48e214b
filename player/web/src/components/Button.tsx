//! Buttons, and links that look like them.

import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import { Link } from "wouter";
import css from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "plain" | "quiet";

interface Own {
  look?: Look;
  icon?: IconName;
  children: ReactNode;
}

interface Busy {
  /** It is at work: it keeps the focus and does nothing until it is done. */
  busy?: boolean;
}

function classes(look: Look): string {
  return `${css.button} ${css[look]}`;
}

type Rest = Omit<ButtonProps, "children" | "className" | "isPending">;

export function Button({
  look = "plain",
  icon,
  busy = false,
  children,
  onPress,
  ...rest
}: Own & Busy & Rest) {
  return (
    <AriaButton
      {...rest}
      onPress={(event) => {
        if (!busy) onPress?.(event);
      }}
      aria-disabled={busy}
      data-busy={busy || undefined}
      className={classes(look)}
    >
      {icon && <Icon name={icon} size={18} />}
      {children}
    </AriaButton>
  );
}

export function ButtonLink({ look = "plain", icon, children, to }: Own & { to: string }) {
  return (
    <Link href={to} className={classes(look)}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </Link>
  );
}

interface File {
  href: string;
  /** What it is called where one says more than its words, which it begins with. */
  label?: string;
  onFollow?(): void;
}

/** A link to a file that the server hands out; the browser saves it. */
export function FileLink({ look = "plain", icon, children, href, label, onFollow }: Own & File) {
  return (
    <a href={href} download className={classes(look)} aria-label={label} onClick={onFollow}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </a>
  );
}

/** A link to a page of the server's own, beside this one. */
export function PageLink({ look = "plain", icon, children, href }: Own & { href: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={classes(look)}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </a>
  );
}
