//! What each tenant's sessions take.

import type { TenantStorage } from "../../api/types";
import { Card } from "../../components/Card";
import { type Column, Rows } from "../../components/Rows";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { type StorageRow, storageRows } from "../../model/storage";
import css from "./StatePage.module.css";

interface Props {
  storage: readonly TenantStorage[];
  kind: "local" | "s3";
}

export function StorageCard({ storage, kind }: Props) {
  const words = useWords().state;
  const format = useFormat();
  const rows = storageRows(storage);

  const number = (label: string, of: (row: StorageRow) => string): Column<StorageRow> => ({
    label,
    width: "number",
    cell: (row) => <span className={row.tenant === null ? css.total : undefined}>{of(row)}</span>,
  });
  const columns: Column<StorageRow>[] = [
    {
      label: words.tenant,
      heads: true,
      cell: (row) => <strong className={css.total}>{row.name ?? words.total}</strong>,
    },
    number(words.open, (row) => format.number(row.open)),
    number(words.sealing, (row) => format.number(row.sealing)),
    number(words.sealed, (row) => format.number(row.sealed)),
    number(words.frames, (row) => format.number(row.frames)),
    number(words.original, (row) => format.bytes(row.originalBytes)),
    number(words.stored, (row) => format.bytes(row.storedBytes)),
    number(words.ratio, (row) =>
      row.originalBytes === 0 ? "–" : format.percent(row.storedBytes / row.originalBytes),
    ),
  ];

  return (
    <Card title={words.storage} aside={<span className={css.note}>{words.kept[kind]}</span>}>
      <Rows
        label={words.storage}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.tenant ?? "total"}
        framed={false}
      />
    </Card>
  );
}
