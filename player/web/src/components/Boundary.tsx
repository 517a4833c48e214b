//! When a page fails while it is drawn, or a part of the program can't be fetched (after an update of the server, say), that is
//! said instead of nothing.

import { Component, type ReactNode } from "react";
import { useWords } from "../i18n/language";
import { Button } from "./Button";
import { Notice } from "./Notice";

export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const words = useWords();
  return (
    <Notice tone="bad" title={words.problem.title} spoken="alert">
      <p>{words.problem.broken}</p>
      <Button icon="refresh" onPress={() => location.reload()}>
        {words.problem.reload}
      </Button>
    </Notice>
  );
}
