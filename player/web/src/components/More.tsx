//! How much of a list is shown, and the way to more of it.

import { useWords } from "../i18n/language";
import { Button } from "./Button";
import css from "./More.module.css";

interface Props {
  text: string;
  hasMore: boolean;
  loading: boolean;
  onMore(): void;
}

export function More({ text, hasMore, loading, onMore }: Props) {
  const words = useWords().app;
  return (
    <div className={css.more}>
      <p role="status">{text}</p>
      {hasMore && (
        <Button busy={loading} onPress={onMore}>
          {loading ? words.loadingMore : words.more}
        </Button>
      )}
    </div>
  );
}
