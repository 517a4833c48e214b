//! What a bundle is and how it is checked, for whoever wants to know.

import { WithCode } from "../../../components/Code";
import { Icon } from "../../../components/Icon";
import { useWords } from "../../../i18n/language";
import css from "./AboutBundles.module.css";

export function AboutBundles() {
  const words = useWords().custody.exports;
  return (
    <details className={css.about}>
      <summary className={css.title}>
        <Icon name="package" size={18} />
        {words.about}
        <Icon name="down" size={16} />
      </summary>
      <ul className={css.points}>
        {words.aboutWhat.map((text) => (
          <li key={text}>
            <WithCode text={text} />
          </li>
        ))}
      </ul>
    </details>
  );
}
