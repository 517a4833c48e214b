//! What the last verification found.

import type { VerifyState } from "../../api/types";
import { Card, Facts } from "../../components/Card";
import { WithCode } from "../../components/Code";
import { Notice } from "../../components/Notice";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import css from "./StatePage.module.css";

export function VerifyCard({ verify }: { verify: VerifyState | null }) {
  const words = useWords().state;
  const format = useFormat();
  if (verify === null) {
    return (
      <Card title={words.verify}>
        <Notice tone="warn" title={words.verifyNever}>
          <p>
            <WithCode text={words.verifyNeverHow} />
          </p>
        </Notice>
      </Card>
    );
  }
  return (
    <Card title={words.verify}>
      <div className={css.verdict}>
        {verify.findings === 0 ? (
          <Notice tone="good" title={words.verifyClean} />
        ) : (
          <Notice tone="bad" title={words.verifyFindings(verify.findings)}>
            <p>
              <WithCode text={words.verifyFindingsHow} />
            </p>
          </Notice>
        )}
      </div>
      <Facts
        facts={[
          [words.verifyAt, format.instant(verify.at)],
          [words.verifyTook, format.duration(verify.took_ms)],
          [words.verifyDepth, verify.deep ? words.verifyDeep : words.verifyPlain],
          [words.verifyScope, verify.tenant ?? words.verifyAll],
        ]}
      />
    </Card>
  );
}
