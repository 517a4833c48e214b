//! Chains: a line that does not continue its chain, or contradicts itself, is refused and said why.

use std::fmt::Debug;

use obhut_format::chain::{ChainError, ChainLine, ChainState, link};
use obhut_format::digest::Link;
use obhut_format::line::LineError;

use crate::fixture::{object, open_line, seal_line, segment_line, session};

fn chain() -> Vec<String> {
    let mut lines = vec![open_line().to_line()];
    for n in 1..4 {
        let prev = link(lines[lines.len() - 1].as_bytes());
        lines.push(segment_line(n, prev, format!("cipher {n}").as_bytes()).to_line());
    }
    let prev = link(lines[lines.len() - 1].as_bytes());
    lines.push(seal_line(4, prev).to_line());
    lines
}

fn follow(lines: &[String]) -> Result<Link, ChainError> {
    let mut state = ChainState::new();
    for line in lines {
        state.follow(line.as_bytes())?;
    }
    state.finish().map(|()| state.head())
}

#[test]
fn a_whole_chain_is_followed_to_its_seal() {
    let lines = chain();
    assert_eq!(follow(&lines), Ok(link(lines[4].as_bytes())));
}

#[test]
fn a_chain_cut_swapped_doubled_or_continued_is_refused() {
    let lines = chain();
    assert_eq!(follow(&lines[..4]), Err(ChainError::NotSealed { lines: 4 }));
    assert_eq!(follow(&[]), Err(ChainError::NotSealed { lines: 0 }));
    assert_eq!(
        follow(&lines[1..]),
        Err(ChainError::Number {
            expected: 0,
            found: 1
        })
    );
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    assert_eq!(
        follow(&swapped),
        Err(ChainError::Number {
            expected: 1,
            found: 2
        })
    );
    let mut doubled = lines.clone();
    doubled.insert(2, lines[1].clone());
    assert_eq!(
        follow(&doubled),
        Err(ChainError::Number {
            expected: 2,
            found: 1
        })
    );
    let mut continued = lines.clone();
    continued.push(lines[4].clone());
    assert_eq!(follow(&continued), Err(ChainError::AfterSeal { n: 5 }));
    let mut relinked = lines.clone();
    relinked[2] = segment_line(2, Link::ZERO, b"cipher 2").to_line();
    assert_eq!(follow(&relinked), Err(ChainError::Link { n: 2 }));
    let mut edited = lines.clone();
    edited[1] = edited[1].replace("\"bytes\":8", "\"bytes\":9");
    assert_eq!(follow(&edited), Err(ChainError::Link { n: 2 }));
    let mut foreign = lines;
    foreign[0] = foreign[0].replace(&session().to_string(), &object().to_string());
    assert_eq!(follow(&foreign), Err(ChainError::OtherSession { n: 1 }));
}

fn refused<T: Debug>(result: Result<T, LineError>) -> LineError {
    result.expect_err("the line is refused")
}

#[test]
fn lines_are_refused_with_the_right_class() {
    let line = segment_line(1, link(b"x"), b"cipher").to_line();
    let edit = |from: &str, to: &str| {
        assert!(line.contains(from), "{from} in {line}");
        refused(ChainLine::parse(line.replace(from, to).as_bytes()))
    };
    assert_eq!(edit("\"v\":1", "\"v\":2"), LineError::UnknownType);
    assert_eq!(
        edit("\"segment\",\"tenant\"", "\"sequel\",\"tenant\""),
        LineError::UnknownType
    );
    assert_eq!(edit("\"count\":5", "\"count\": 5"), LineError::NotCanonical);
    assert_eq!(
        edit("\"count\":5", "\"count\":5,\"more\":1"),
        LineError::NotCanonical
    );
    assert_eq!(
        edit("\"count\":5", "\"count\":4"),
        LineError::Inconsistent("count and ranges differ")
    );
    assert_eq!(
        edit("\"first\":1", "\"first\":2"),
        LineError::Inconsistent("first, last and ranges differ")
    );
    assert_eq!(
        edit("/00000001-", "/00000002-"),
        LineError::Inconsistent("object key names another segment")
    );
    assert!(matches!(
        edit("\"count\":5", "\"count\":-5"),
        LineError::Malformed { .. }
    ));
    assert!(matches!(
        edit("\"count\":5", "\"count\":5.0"),
        LineError::Malformed { .. }
    ));
    assert!(matches!(edit("}", "}}"), LineError::Malformed { .. }));
    assert!(matches!(edit("\"n\":1", "\"n\":0"), LineError::Inconsistent(_)));

    let open = open_line().to_line();
    let numbered = open.replace("\"n\":0", "\"n\":1");
    assert!(matches!(
        refused(ChainLine::parse(numbered.as_bytes())),
        LineError::Malformed { .. }
    ));
    let mut twice = open_line();
    twice.streams.swap(0, 1);
    assert!(matches!(
        refused(ChainLine::parse(twice.to_line().as_bytes())),
        LineError::Inconsistent(_)
    ));

    let mut seal = seal_line(2, link(b"y"));
    seal.streams[0].count = 6;
    let wrong = LineError::Inconsistent("count and gaps of a stream differ");
    assert_eq!(refused(ChainLine::parse(seal.to_line().as_bytes())), wrong);
    seal.streams[0].count = 0;
    let wrong = LineError::Inconsistent("count, first and last of a stream differ");
    assert_eq!(refused(ChainLine::parse(seal.to_line().as_bytes())), wrong);
}
