//! Under which purpose the session is open, and how long still.

import { useEffect, useRef, useState } from "react";
import type { Grant } from "../../api/types";
import { Icon } from "../../components/Icon";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { minutesLeft, minutesToTell } from "../../model/timeLeft";
import { useNow } from "../../platform/now";
import css from "./GrantBar.module.css";

const EVERY_MS = 5_000;
const SOON_MINUTES = 5;

export function GrantBar({ grant }: { grant: Grant }) {
  const words = useWords().opened;
  const format = useFormat();
  const left = minutesLeft(grant.until, useNow(EVERY_MS));

  // Said aloud at a few steps only, not with every minute.
  const before = useRef(left);
  const [told, setTold] = useState<number | null>(null);
  useEffect(() => {
    const minutes = minutesToTell(before.current, left);
    before.current = left;
    if (minutes !== null) setTold(minutes);
  }, [left]);

  return (
    <div className={css.bar}>
      <Icon name="eye" size={18} />
      <p className={css.purpose}>
        <span className={css.term}>{words.for}</span> <bdi>{grant.purpose}</bdi>
        {grant.case !== null && (
          <>
            {" "}
            <span className={css.matter}>
              <span className={css.term}>{words.case}</span> <bdi>{grant.case}</bdi>
            </span>
          </>
        )}
      </p>
      <p className={left <= SOON_MINUTES ? css.soon : css.left}>
        <Icon name="clock" size={16} />
        {words.left(left)}
        <span className={css.until}>{words.until(format.time(grant.until))}</span>
      </p>
      <p className={css.spoken} role="status">
        {told !== null && words.told(told)}
      </p>
    </div>
  );
}
