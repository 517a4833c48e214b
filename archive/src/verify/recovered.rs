//! Leaves that a recovery took from copies: their details are gone, and a `recovered` leaf right behind them says since
//! where. Nothing else explains a detail that is gone.

use std::collections::BTreeMap;

use obhut_format::ids::SessionId;
use obhut_format::ledger::{Leaf, LeafType};
use serde_json::Value;

/// What is wrong, and with which leaf.
pub(crate) type Wrong = (u64, &'static str);

/// Bare leaves met so far, and what recoveries say of them.
#[derive(Debug, Default)]
pub(crate) struct Recoveries {
    /// Where the run of bare leaves began that the next leaf must explain.
    since: Option<u64>,
    /// The sessions that were opened in it.
    opened: Vec<SessionId>,
    /// Sessions whose keys were lost, with the recovery's leaf.
    lost: BTreeMap<SessionId, u64>,
}

impl Recoveries {
    /// Takes note of a leaf without detail.
    pub(crate) fn bare(&mut self, leaf: &Leaf) {
        self.since.get_or_insert(leaf.n);
        if leaf.t == LeafType::Open {
            self.opened.extend(leaf.session);
        }
    }

    /// Takes note of any other leaf; `detail` where it is a recovery's and opened.
    pub(crate) fn whole(&mut self, leaf: &Leaf, detail: Option<&Value>) -> Option<Wrong> {
        let since = self.since.take();
        let opened = std::mem::take(&mut self.opened);
        if leaf.t != LeafType::Recovered {
            return since.map(unexplained);
        }
        let said = detail?;
        let first = said.get("first").and_then(Value::as_u64);
        if first != Some(since.unwrap_or(leaf.n)) {
            return Some((
                leaf.n,
                "the leaves before it are not those that it says were recovered",
            ));
        }
        let named = said.get("lost").and_then(Value::as_array).into_iter().flatten();
        let named = named.filter_map(|id| id.as_str()?.parse().ok());
        self.lost
            .extend(opened.into_iter().chain(named).map(|session| (session, leaf.n)));
        None
    }

    /// No leaf follows.
    pub(crate) fn end(&mut self) -> Option<Wrong> {
        self.since.take().map(unexplained)
    }

    /// Sessions whose keys were lost, each with the leaf that says so.
    pub(crate) fn lost(&self) -> &BTreeMap<SessionId, u64> {
        &self.lost
    }
}

fn unexplained(n: u64) -> Wrong {
    (n, "its detail is gone, and no recovery says so")
}

#[cfg(test)]
mod tests {
    use obhut_format::digest::Commitment;
    use obhut_format::ids::TenantId;
    use obhut_format::time::UtcMicros;
    use serde_json::json;

    use super::*;

    fn leaf(n: u64, t: LeafType) -> Leaf {
        Leaf {
            tenant: TenantId::from_bytes([1; 16]),
            n,
            t,
            at: UtcMicros::new(0).expect("an instant"),
            session: t.names_session().then(|| SessionId::from_bytes([7; 16])),
            commit: Commitment::of(&[0; 32], b""),
        }
    }

    #[test]
    fn a_detail_is_gone_only_where_a_recovery_says_so() {
        let said = |first| json!({ "first": first, "lost": ["01a208aa-cb7e-7882-be84-9aeecd3aa82a"] });
        let run = |first: u64, end: LeafType| {
            let mut recoveries = Recoveries::default();
            assert_eq!(recoveries.whole(&leaf(4, LeafType::Genesis), None), None);
            recoveries.bare(&leaf(5, LeafType::Open));
            recoveries.bare(&leaf(6, LeafType::Access));
            let wrong = recoveries.whole(&leaf(7, end), Some(&said(first)));
            (wrong.map(|(n, _)| n), recoveries)
        };
        let (wrong, recoveries) = run(5, LeafType::Recovered);
        assert_eq!((wrong, recoveries.lost().len()), (None, 2));
        for first in [4, 6, 7] {
            assert_eq!(run(first, LeafType::Recovered).0, Some(7), "{first}");
        }
        assert_eq!(run(5, LeafType::Backup).0, Some(5));
        let mut last = Recoveries::default();
        last.bare(&leaf(5, LeafType::Access));
        assert_eq!(last.end().map(|(n, _)| n), Some(5));
        assert_eq!(last.end(), None);
        // A recovery after which nothing had come.
        assert_eq!(
            last.whole(&leaf(6, LeafType::Recovered), Some(&json!({ "first": 6 }))),
            None
        );
    }
}
