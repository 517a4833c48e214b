//! The order of names as people count: `shot2.png` before `shot10.png`.

use std::cmp::Ordering;

/// Compares two names; runs of digits by their value. Names that are equal in value are ordered by their bytes, so that
/// the order is total.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some((first_left, rest_left)), Some((first_right, rest_right))) =
            (left.split_first(), right.split_first())
        else {
            return left.len().cmp(&right.len()).then_with(|| one.cmp(other));
        };
        let (order, rests) = if first_left.is_ascii_digit() && first_right.is_ascii_digit() {
            let (digits_left, rest_left) = number(left);
            let (digits_right, rest_right) = number(right);
            let order = digits_left.len().cmp(&digits_right.len());
            (
                order.then_with(|| digits_left.cmp(digits_right)),
                (rest_left, rest_right),
            )
        } else {
            (first_left.cmp(first_right), (rest_left, rest_right))
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = rests;
    }
}

/// The digits at the start, without leading zeros, and what follows them.
fn number(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at(end);
    let start = digits
        .iter()
        .position(|digit| *digit != b'0')
        .unwrap_or(digits.len());
    (digits.get(start..).unwrap_or(&[]), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_by_value() {
        let mut names = vec![
            "s10.png",
            "s2.png",
            "s1.png",
            "s02.png",
            "a",
            "s2b.png",
            "s99999999999999999999999.png",
        ];
        names.sort_by(|one, other| compare(one, other));
        assert_eq!(
            names,
            [
                "a",
                "s1.png",
                "s02.png",
                "s2.png",
                "s2b.png",
                "s10.png",
                "s99999999999999999999999.png"
            ]
        );
    }
}
