//! The certificate itself: every fact of it in words, and how it is checked.

import { type ReactNode, useId } from "react";
import type { Certificate } from "../../../api/types";
import { WithCode } from "../../../components/Code";
import { Mark } from "../../../components/Mark";
import { Notice } from "../../../components/Notice";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { type Step, stepsOf } from "../../../model/certificates";
import { useTenantName } from "../../../platform/places";
import css from "./CertificateSheet.module.css";

export function CertificateSheet({ certificate }: { certificate: Certificate }) {
  const { facts, key, signed, valid } = certificate;
  const all = useWords();
  const words = all.custody.certificate;
  const format = useFormat();
  const tenantName = useTenantName()(facts.tenant);

  const told: Record<Step, readonly [name: string, what: string]> = {
    intent: [words.steps.intent, words.steps.intentWhat(format.number(facts.intent.n))],
    key: [words.steps.key, words.steps.keyWhat],
    objects: [words.steps.objects, words.steps.objectsWhat],
    tombstone: [words.steps.tombstone, words.steps.tombstoneWhat(format.number(facts.tombstone.n))],
    intake: [words.steps.intake, words.steps.intakeWhat],
    signed: [words.steps.signed, words.steps.signedWhat(key)],
  };

  return (
    <article className={css.sheet}>
      <header className={css.head}>
        <Mark size={36} />
        <p className={css.issued}>{words.issued(all.app.name)}</p>
      </header>
      <p className={css.statement}>{words.statement(format.utcDay(facts.tombstone.at))}</p>
      {valid ? (
        <Notice tone="good" title={words.valid}>
          <p>{words.validWhy}</p>
        </Notice>
      ) : (
        <Notice tone="bad" title={words.invalid}>
          <p>
            <WithCode text={words.invalidWhy} />
          </p>
        </Notice>
      )}

      <Part title={words.what}>
        <Terms
          terms={[
            [words.session, <Id key="session" id={facts.session} />],
            [
              words.tenant,
              <>
                {tenantName !== facts.tenant && <bdi className={css.name}>{tenantName}</bdi>}
                <Id id={facts.tenant} />
              </>,
            ],
            [words.frames, format.number(facts.of.frames)],
            [words.objects, format.number(facts.of.objects)],
            [words.lines, format.number(facts.of.lines)],
            [words.originals, format.bytes(facts.of.original_bytes)],
            [words.stored, format.bytes(facts.of.stored_bytes)],
          ]}
        />
      </Part>

      <Part title={words.why}>
        <Terms
          terms={[
            [
              words.class,
              <>
                <bdi>{facts.class.name}</bdi>, {words.classVersion(facts.class.version)}:{" "}
                {words.classDays(facts.class.days)}
              </>,
            ],
            [words.ended, format.utc(facts.ended_at)],
            [words.retainUntil, format.utc(facts.retain_until)],
            [words.rule, ruleOf(facts.rule, words.rules)],
          ]}
        />
      </Part>

      <Part title={words.how}>
        <ol className={css.steps}>
          {stepsOf(facts).map(({ step, at }) => (
            <li key={step} className={css.step}>
              <p className={css.line}>
                <strong>{told[step][0]}</strong>
                <time dateTime={at}>{format.utc(at)}</time>
              </p>
              <p className={css.soft}>{told[step][1]}</p>
            </li>
          ))}
        </ol>
        <p className={css.note}>{words.utc}</p>
      </Part>

      <Part title={words.check}>
        <ul className={css.checks}>
          {words.checkWhat.map((text) => (
            <li key={text}>
              <WithCode text={text} />
            </li>
          ))}
        </ul>
        <h3 className={css.third}>{words.line}</h3>
        <p className={css.signed} dir="ltr">
          {signed}
        </p>
      </Part>
    </article>
  );
}

/** A rule of which this page does not know is called by its name. */
function ruleOf(rule: string, known: Readonly<Record<string, string>>): string {
  return known[rule] ?? rule;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={css.part}>
      <h2 id={id} className={css.title}>
        {title}
      </h2>
      {children}
    </section>
  );
}

function Terms({ terms }: { terms: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className={css.terms}>
      {terms.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Id({ id }: { id: string }) {
  return <span className={css.id}>{id}</span>;
}
