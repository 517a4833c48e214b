//! Where the list was left: the way back from a session leads to the same filter, for whoever left it.

let left = { user: "", search: "" };

export function rememberList(user: string, search: string) {
  left = { user, search };
}

export function wayBack(user: string): string {
  return left.user !== user || left.search === "" ? "/sessions" : `/sessions?${left.search}`;
}
