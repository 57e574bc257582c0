/** A dialog over the page, whose way out has a name for who cannot see it. */
import { Modal, type ModalProps } from "@mantine/core";
import type { ReactNode } from "react";

import { useWords } from "../words";

interface Props {
  title: ReactNode;
  close: () => void;
  size?: ModalProps["size"];
  children: ReactNode;
}

export function Dialog({ title, close, size = "md", children }: Props) {
  const { say } = useWords();
  return (
    <Modal opened onClose={close} title={title} size={size as NonNullable<ModalProps["size"]>} closeButtonProps={{ "aria-label": say("close") }}>
      {children}
    </Modal>
  );
}
