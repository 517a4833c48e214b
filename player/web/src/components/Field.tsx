//! One line or several of text, with its label, hint and error.

import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";
import css from "./Field.module.css";

interface Props extends Omit<TextFieldProps, "className" | "children"> {
  label: string;
  hint?: string;
  /** A word after the label, such as "optional". */
  aside?: string;
  error?: string | null;
  lines?: number;
}

export function Field({ label, hint, aside, error, lines, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={error !== null && error !== undefined} className={css.field ?? ""}>
      <Label className={css.label ?? ""}>
        {label}
        {aside && <span className={css.aside}> {aside}</span>}
      </Label>
      {lines === undefined ? (
        <Input className={css.input ?? ""} />
      ) : (
        <TextArea rows={lines} className={css.input ?? ""} />
      )}
      {hint && (
        <Text slot="description" className={css.hint ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
    </TextField>
  );
}
