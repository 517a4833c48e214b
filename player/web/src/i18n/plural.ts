//! Words that change with a number.

export interface Forms {
  one: string;
  /** `#` is the number, written as the language writes it. */
  other: string;
}

export function plural(locale: string): (n: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (n, forms) => {
    const form = rules.select(n) === "one" ? forms.one : forms.other;
    return form.replace("#", numbers.format(n));
  };
}
