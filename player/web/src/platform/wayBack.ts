//! Where the list was left: the way back from a session leads to the same filter.

let search = "";

export function rememberList(left: string) {
  search = left;
}

export function wayBack(): string {
  return search === "" ? "/sessions" : `/sessions?${search}`;
}
