//! The five filters of PNG (section 9), undone and applied.

use super::header::Pass;
use crate::error::Damage;
use crate::plane::Plane;

/// Splits the filter bytes off (they are appended to `filters`) and undoes the filters. `None` for a filter that is none.
pub(crate) fn undo(text: &[u8], pass: &Pass, filters: &mut Vec<u8>) -> Option<Plane> {
    let mut data = vec![0u8; pass.row_bytes * pass.height as usize];
    let first = vec![0u8; pass.row_bytes];
    let mut above: &[u8] = &first;
    let rows = text
        .chunks_exact(pass.row_bytes + 1)
        .zip(data.chunks_exact_mut(pass.row_bytes));
    for (coded, row) in rows {
        let (filter, coded) = coded.split_first()?;
        filters.push(*filter);
        row.copy_from_slice(coded);
        match pass.unit {
            1 => undo_row::<1>(*filter, row, above)?,
            2 => undo_row::<2>(*filter, row, above)?,
            3 => undo_row::<3>(*filter, row, above)?,
            4 => undo_row::<4>(*filter, row, above)?,
            6 => undo_row::<6>(*filter, row, above)?,
            _ => undo_row::<8>(*filter, row, above)?,
        }
        above = row;
    }
    Some(Plane {
        width: (pass.row_bytes / pass.unit) as u32,
        height: pass.height,
        unit: pass.unit,
        data,
    })
}

fn undo_row<const UNIT: usize>(filter: u8, row: &mut [u8], above: &[u8]) -> Option<()> {
    let units = row
        .as_chunks_mut::<UNIT>()
        .0
        .iter_mut()
        .zip(above.as_chunks::<UNIT>().0);
    let mut left = [0u8; UNIT];
    match filter {
        0 => {}
        1 => {
            for (unit, _) in units {
                for (byte, left) in unit.iter_mut().zip(left) {
                    *byte = byte.wrapping_add(left);
                }
                left = *unit;
            }
        }
        2 => {
            for (byte, above) in row.iter_mut().zip(above) {
                *byte = byte.wrapping_add(*above);
            }
        }
        3 => {
            for (unit, above) in units {
                for ((byte, above), left) in unit.iter_mut().zip(above).zip(left) {
                    *byte = byte.wrapping_add(average(left, *above));
                }
                left = *unit;
            }
        }
        4 => {
            let mut corner = [0u8; UNIT];
            for (unit, above) in units {
                for (((byte, above), left), corner) in unit.iter_mut().zip(above).zip(left).zip(corner) {
                    *byte = byte.wrapping_add(paeth(left, *above, corner));
                }
                left = *unit;
                corner = *above;
            }
        }
        _ => return None,
    }
    Some(())
}

/// Writes filter bytes and filtered rows. `filters` has one byte for each row.
pub(crate) fn apply(plane: &Plane, pass: &Pass, filters: &[u8], text: &mut Vec<u8>) -> Result<(), Damage> {
    let first = vec![0u8; pass.row_bytes];
    let mut above: &[u8] = &first;
    let unit = pass.unit;
    for (row, filter) in plane.data.chunks_exact(pass.row_bytes).zip(filters) {
        text.push(*filter);
        // What stands to the left, with zeros before the first pixel.
        let edge = unit.min(row.len());
        let (begin, inner) = row.split_at(edge);
        let (begin_above, inner_above) = above.split_at(edge);
        let lefts = &row[..row.len() - edge];
        let corners = &above[..row.len() - edge];
        match filter {
            0 => text.extend_from_slice(row),
            1 => {
                text.extend_from_slice(begin);
                text.extend(
                    inner
                        .iter()
                        .zip(lefts)
                        .map(|(byte, left)| byte.wrapping_sub(*left)),
                );
            }
            2 => text.extend(
                row.iter()
                    .zip(above)
                    .map(|(byte, above)| byte.wrapping_sub(*above)),
            ),
            3 => {
                text.extend(
                    begin
                        .iter()
                        .zip(begin_above)
                        .map(|(byte, above)| byte.wrapping_sub(average(0, *above))),
                );
                let inner = inner.iter().zip(lefts).zip(inner_above);
                text.extend(inner.map(|((byte, left), above)| byte.wrapping_sub(average(*left, *above))));
            }
            4 => {
                text.extend(
                    begin
                        .iter()
                        .zip(begin_above)
                        .map(|(byte, above)| byte.wrapping_sub(paeth(0, *above, 0))),
                );
                let inner = inner.iter().zip(lefts).zip(inner_above).zip(corners);
                text.extend(
                    inner.map(|(((byte, left), above), corner)| {
                        byte.wrapping_sub(paeth(*left, *above, *corner))
                    }),
                );
            }
            _ => return Err(Damage::Part("side records")),
        }
        above = row;
    }
    Ok(())
}

fn average(a: u8, b: u8) -> u8 {
    u8::midpoint(a, b)
}

fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let (wide_a, wide_b, wide_c) = (i16::from(a), i16::from(b), i16::from(c));
    let to_a = (wide_b - wide_c).abs();
    let to_b = (wide_a - wide_c).abs();
    let to_c = (wide_a + wide_b - 2 * wide_c).abs();
    let other = if to_b <= to_c { b } else { c };
    if to_a <= to_b && to_a <= to_c { a } else { other }
}
