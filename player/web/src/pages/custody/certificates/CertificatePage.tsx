//! One certificate, to be read and printed.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { certificateOf, certificatePage } from "../../../api/custody";
import { orThrow } from "../../../api/problem";
import { Button, ButtonLink, PageLink } from "../../../components/Button";
import { Failure, problemIn } from "../../../components/Failure";
import { Icon } from "../../../components/Icon";
import { Page } from "../../../components/Page";
import { Waiting } from "../../../components/Waiting";
import { useWords } from "../../../i18n/language";
import { certificateFile } from "../../../model/certificates";
import { shortId } from "../../../model/ids";
import { keys } from "../../../platform/queries";
import { saveText } from "../../../platform/save";
import { useSettings } from "../../../platform/settings";
import { CustodyParts } from "../CustodyFrame";
import css from "./CertificatePage.module.css";
import { CertificateSheet } from "./CertificateSheet";

export function CertificatePage({ session }: { session: string }) {
  const words = useWords().custody.certificate;
  const { language } = useSettings().settings;
  const certificate = useQuery({
    queryKey: keys.certificate(session),
    queryFn: async ({ signal }) => orThrow(await certificateOf(session, signal)),
  });
  const before = (
    <>
      <CustodyParts />
      <Link href="/custody/certificates" className={css.back}>
        <Icon name="left" size={16} />
        {words.back}
      </Link>
    </>
  );

  if (certificate.isPending) return <Waiting />;
  if (certificate.isError) {
    if (problemIn(certificate.error).kind === "not-found") {
      return (
        <Page title={words.missing} before={before} intro={<p>{words.missingWhy}</p>}>
          <p className={css.to}>
            <ButtonLink to="/custody/certificates" icon="left">
              {words.back}
            </ButtonLink>
          </p>
        </Page>
      );
    }
    return <Failure error={certificate.error} retry={() => certificate.refetch()} />;
  }
  const { signed } = certificate.data;
  return (
    <Page
      tab={words.tab(shortId(session))}
      title={words.title}
      before={before}
      aside={
        <div className={css.ways}>
          <Button icon="print" onPress={() => window.print()}>
            {words.print}
          </Button>
          <Button
            icon="download"
            onPress={() => saveText(certificateFile(session), `${signed}\n`, "application/json")}
          >
            {words.save}
          </Button>
          <PageLink look="quiet" icon="document" href={certificatePage(session, language)}>
            {words.page}
          </PageLink>
        </div>
      }
    >
      <CertificateSheet certificate={certificate.data} />
    </Page>
  );
}
