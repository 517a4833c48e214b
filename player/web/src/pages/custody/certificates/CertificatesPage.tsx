//! The certificates of what was deleted, newest first.

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { listCertificates } from "../../../api/custody";
import { orThrow } from "../../../api/problem";
import type { CertificateEntry } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Empty } from "../../../components/Empty";
import { Listing } from "../../../components/Listing";
import { type Column, Rows, Second } from "../../../components/Rows";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import {
  type CustodyFilter,
  certificateQueryOf,
  custodyFilterFrom,
  custodyNarrowing,
  custodySearchOf,
  NO_CUSTODY_FILTER,
} from "../../../model/custodyFilter";
import { useTenantName } from "../../../platform/places";
import { keys } from "../../../platform/queries";
import { CustodyFilterBar } from "../CustodyFilterBar";
import { CustodyFrame } from "../CustodyFrame";
import { Altered, SessionRef } from "../Said";

export function CertificatesPage() {
  const words = useWords().custody.certificates;
  const clear = useWords().filter.clear;
  const search = useSearch();
  const [, go] = useLocation();
  const filter: CustodyFilter<never> = custodyFilterFrom(search, []);
  const canonical = custodySearchOf(filter);

  const list = useInfiniteQuery({
    queryKey: keys.certificates(canonical),
    queryFn: async ({ pageParam, signal }) =>
      orThrow(await listCertificates(certificateQueryOf(filter), pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const certificates = list.data?.pages.flatMap((page) => page.certificates) ?? [];

  function choose(next: CustodyFilter) {
    const text = custodySearchOf(next);
    go(text === "" ? "/custody/certificates" : `/custody/certificates?${text}`, { replace: true });
  }

  const filtered = custodyNarrowing(filter) > 0;
  return (
    <CustodyFrame part="certificates">
      <CustodyFilterBar filter={filter} onChange={choose} states={null} />
      <Listing
        list={list}
        found={certificates.length}
        shown={words.shown}
        shownMore={words.shownMore}
        empty={
          <Empty title={filtered ? words.none : words.empty}>
            {filtered && (
              <Button look="quiet" onPress={() => choose(NO_CUSTODY_FILTER)}>
                {clear}
              </Button>
            )}
          </Empty>
        }
      >
        <Table certificates={certificates} stale={list.isPlaceholderData} />
      </Listing>
    </CustodyFrame>
  );
}

function Table({ certificates, stale }: { certificates: readonly CertificateEntry[]; stale: boolean }) {
  const words = useWords().custody;
  const format = useFormat();
  const tenantName = useTenantName();
  const instant = (at: string | null) => (at === null ? "–" : format.instant(at));
  const columns: Column<CertificateEntry>[] = [
    {
      label: words.session,
      heads: true,
      cell: (entry) => (
        <>
          <SessionRef session={entry.session} to={`/custody/certificates/${entry.session}`} />
          <Second>{tenantName(entry.tenant)}</Second>
        </>
      ),
    },
    {
      label: words.certificates.class,
      cell: (entry) => {
        if (entry.damaged) return <Altered what="certificate" />;
        return entry.class === null ? "–" : <bdi>{entry.class}</bdi>;
      },
    },
    { label: words.certificates.ended, width: "narrow", cell: (entry) => instant(entry.ended_at) },
    { label: words.certificates.due, width: "narrow", cell: (entry) => instant(entry.retain_until) },
    { label: words.certificates.deleted, width: "narrow", cell: (entry) => format.instant(entry.purged_at) },
    { label: words.certificates.leaf, width: "number", cell: (entry) => format.number(entry.leaf) },
  ];
  return (
    <Rows
      label={words.certificates.table}
      columns={columns}
      rows={certificates}
      keyOf={(entry) => entry.session}
      stale={stale}
    />
  );
}
