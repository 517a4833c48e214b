//! A dialog over the page. What was begun in it is not lost to a click beside it; Escape and its buttons close it.

import type { FormEvent, ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import css from "./Sheet.module.css";

interface Props {
  title: string;
  onClose(): void;
  onSubmit(): void;
  /** Buttons, the one that acts first. */
  actions: ReactNode;
  children: ReactNode;
}

export function Sheet({ title, onClose, onSubmit, actions, children }: Props) {
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <ModalOverlay
      isOpen
      className={css.ground ?? ""}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={css.sheet ?? ""}>
        <Dialog className={css.dialog ?? ""}>
          <form className={css.form} onSubmit={submit} noValidate>
            <Heading slot="title" level={2} className={css.title ?? ""}>
              {title}
            </Heading>
            <div className={css.content}>{children}</div>
            <div className={css.actions}>{actions}</div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
