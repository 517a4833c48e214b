//! What became of what somebody did here.

import { ButtonLink } from "../../components/Button";
import { Told } from "../../components/Told";
import { useWords } from "../../i18n/language";
import css from "./Outcome.module.css";

export interface Result {
  tone: "good" | "warn";
  text: string;
  /** Of this session there is a certificate. */
  certificate?: string;
}

export function Outcome({ result }: { result: Result }) {
  const words = useWords().custody;
  return (
    <div className={css.outcome}>
      {/* A new one takes the focus anew. */}
      <Told key={`${result.text}${result.certificate ?? ""}`} tone={result.tone} text={result.text}>
        {result.certificate !== undefined && (
          <p className={css.to}>
            <ButtonLink to={`/custody/certificates/${result.certificate}`} icon="document">
              {words.toCertificate}
            </ButtonLink>
          </p>
        )}
      </Told>
    </div>
  );
}
