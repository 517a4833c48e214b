//! Custody's pages by their addresses.

import { Redirect, Route, Switch } from "wouter";
import { NotFound } from "../NotFound";
import { ForCustodians } from "./CustodyFrame";
import { CertificatePage } from "./certificates/CertificatePage";
import { CertificatesPage } from "./certificates/CertificatesPage";
import { DeletionsPage } from "./deletions/DeletionsPage";
import { ExportsPage } from "./exports/ExportsPage";
import { HoldsPage } from "./holds/HoldsPage";

export function Custody() {
  return (
    <ForCustodians>
      <Switch>
        <Route path="/custody">
          <Redirect to="/custody/deletions" replace />
        </Route>
        <Route path="/custody/deletions">
          <DeletionsPage />
        </Route>
        <Route path="/custody/holds">
          <HoldsPage />
        </Route>
        <Route path="/custody/certificates">
          <CertificatesPage />
        </Route>
        <Route path="/custody/certificates/:session">
          {({ session }) => <CertificatePage session={session} />}
        </Route>
        <Route path="/custody/exports">
          <ExportsPage />
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </ForCustodians>
  );
}
