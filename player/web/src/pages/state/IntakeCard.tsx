//! What came in and is not packed yet.

import type { IntakeState } from "../../api/types";
import { Card, Facts } from "../../components/Card";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { Share } from "./Share";
import css from "./StatePage.module.css";

export function IntakeCard({ intake }: { intake: IntakeState | null }) {
  const words = useWords().state;
  const format = useFormat();
  if (intake === null) {
    return (
      <Card title={words.intake}>
        <p className={css.note}>{words.intakeHidden}</p>
      </Card>
    );
  }
  return (
    <Card title={words.intake}>
      <Facts
        facts={[
          [
            words.intakeUsed,
            <>
              {words.intakeOf(format.bytes(intake.used_bytes), format.bytes(intake.bound_bytes))}
              <Share part={intake.used_bytes} whole={intake.bound_bytes} />
            </>,
          ],
          [words.intakeWaiting, format.number(intake.waiting_frames)],
          [words.intakeOpen, format.number(intake.open_sessions)],
        ]}
      />
    </Card>
  );
}
