//! An address without a page.

import { ButtonLink } from "../components/Button";
import { Page } from "../components/Page";
import { useWords } from "../i18n/language";
import css from "./NotFound.module.css";

export function NotFound() {
  const words = useWords().notFound;
  return (
    <Page title={words.title} intro={<p>{words.why}</p>}>
      <p className={css.to}>
        <ButtonLink to="/sessions" icon="left">
          {words.to}
        </ButtonLink>
      </p>
    </Page>
  );
}
