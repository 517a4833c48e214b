//! Which page stands at which address.

import { Route, Switch } from "wouter";
import { NotFound } from "./NotFound";

export function Pages() {
  return (
    <Switch>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}
