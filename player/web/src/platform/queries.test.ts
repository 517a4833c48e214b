import { expect, test } from "vitest";
import type { Problem } from "../api/problem";
import type { Me } from "../api/types";
import { farewellAfter, forgetLogin, keys, meet, newClient, welcome } from "./queries";

function problem(kind: Problem["kind"]) {
  return { ok: false as const, problem: { kind, status: null, detail: null, retryAfterSeconds: null } };
}

const ANNA: Me = {
  user: "anna",
  name: "anna",
  must_change_password: false,
  roles: [],
  permissions: ["sessions"],
  expires_at: "2026-11-02T22:00:00Z",
  idle_seconds: 1800,
};

test("only the server's word ends a login", () => {
  expect(farewellAfter({ ok: true, value: undefined })).toBe("left");
  expect(farewellAfter(problem("login-required"))).toBe("left");
  for (const kind of ["unreachable", "unavailable", "too-many-requests", "unexpected"] as const) {
    expect(farewellAfter(problem(kind))).toBe("lingers");
  }
});

test("nothing that a login saw outlives it", () => {
  const client = newClient();
  client.setQueryData(keys.me, ANNA);
  client.setQueryData(keys.session("s"), { title: "sealed" });
  client.setQueryData(keys.looks("s"), []);
  forgetLogin(client, "lingers");
  expect(client.getQueryData(keys.me)).toBeNull();
  expect(client.getQueryData(keys.farewell)).toBe("lingers");
  expect(
    client
      .getQueryCache()
      .getAll()
      .map((query) => query.queryKey[0]),
  ).toEqual(["me", "farewell"]);
});

test("what one login saw is gone before another's comes", () => {
  const client = newClient();
  welcome(client, ANNA);
  client.setQueryData(keys.session("s"), { title: "sealed" });
  meet(client, { ...ANNA, name: "anna by another name" });
  expect(client.getQueryData(keys.session("s"))).toBeDefined();
  meet(client, { ...ANNA, user: "bert" });
  expect(client.getQueryData(keys.session("s"))).toBeUndefined();
});

test("a login that is found ended says so, one that is found takes the farewell away", () => {
  const client = newClient();
  meet(client, null);
  expect(client.getQueryData(keys.farewell)).toBeUndefined();
  welcome(client, ANNA);
  meet(client, null);
  expect(client.getQueryData(keys.farewell)).toBe("ended");
  welcome(client, ANNA);
  expect(client.getQueryData(keys.farewell)).toBeNull();
});
