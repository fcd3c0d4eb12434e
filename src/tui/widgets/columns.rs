//! How the columns of a table share its width.

/// Where the text of a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Text.
    #[default]
    Left,
    /// Numbers.
    Right,
}

/// What of a text gives way where it does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cut {
    /// Its end.
    #[default]
    End,
    /// Its middle: ids, of which both ends tell something.
    Middle,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// The least width with which it makes sense, in cells.
    pub min: u16,
    /// The width beyond which it gains nothing.
    pub max: u16,
    /// Columns of a lower priority are left out first; 0 is never left out for another.
    pub rank: u8,
    /// Where the text stands.
    pub align: Align,
    /// What gives way.
    pub cut: Cut,
}

impl Column {
    /// A column of text; `rank` 0 is the most important.
    pub const fn new(title: &'static str, min: u16, max: u16, rank: u8) -> Self {
        Self { title, min, max, rank, align: Align::Left, cut: Cut::End }
    }

    /// The same, standing right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// The same, giving way in the middle.
    #[must_use]
    pub const fn middle(mut self) -> Self {
        self.cut = Cut::Middle;
        self
    }
}

/// Cells between two columns.
pub const GAP: u16 = 2;

/// The width of each column in `total` cells; 0 where a column is left out. Widths and the gaps
/// between the columns that are shown never come to more than `total`.
///
/// The most important columns get their least width first; what remains then widens columns from the
/// left, the most important first, until each has the most it can use.
pub fn widths(columns: &[Column], total: u16) -> Vec<u16> {
    let mut widths = vec![0u16; columns.len()];
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|i| columns.get(*i).map_or(u8::MAX, |c| c.rank));
    let mut left = total;
    for i in &order {
        let (Some(column), Some(width)) = (columns.get(*i), widths.get_mut(*i)) else { continue };
        let gap = if left == total { 0 } else { GAP };
        let need = column.min.max(1);
        // The first column is cut rather than left out: a table always shows something.
        let granted = if left == total { need.min(left) } else { need };
        if granted > 0 && granted + gap <= left {
            *width = granted;
            left -= granted + gap;
        }
    }
    for i in order {
        if let (Some(column), Some(width)) = (columns.get(i), widths.get_mut(i))
            && *width > 0
        {
            let more = column.max.saturating_sub(*width).min(left);
            *width += more;
            left -= more;
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const COLUMNS: [Column; 4] = [
        Column::new("room", 4, 5, 0).right(),
        Column::new("guest", 8, 24, 0),
        Column::new("class", 8, 9, 1),
        Column::new("id", 6, 36, 2).middle(),
    ];

    #[rstest]
    #[case(0, [0, 0, 0, 0])]
    #[case(3, [3, 0, 0, 0])]
    #[case(14, [4, 8, 0, 0])]
    #[case(24, [4, 8, 8, 0])]
    #[case(32, [4, 8, 8, 6])]
    #[case(40, [5, 15, 8, 6])]
    #[case(200, [5, 24, 9, 36])]
    fn the_least_important_goes_first(#[case] total: u16, #[case] wanted: [u16; 4]) {
        assert_eq!(widths(&COLUMNS, total), wanted);
    }

    fn columns() -> impl Strategy<Value = Vec<Column>> {
        let column =
            (0u16..40, 0u16..60, 0u8..4).prop_map(|(min, max, rank)| Column::new("c", min, max, rank));
        prop::collection::vec(column, 0..12)
    }

    proptest! {
        #[test]
        fn columns_and_gaps_never_exceed_the_width(columns in columns(), total in 0u16..500) {
            let widths = widths(&columns, total);
            let shown = widths.iter().filter(|w| **w > 0).count() as u16;
            let used: u16 = widths.iter().sum::<u16>() + GAP * shown.saturating_sub(1);
            prop_assert!(used <= total);
            prop_assert!(columns.is_empty() || total == 0 || shown > 0, "something is always shown");
        }

        #[test]
        fn a_column_that_is_shown_has_what_it_needs(columns in columns(), total in 0u16..500) {
            let widths = widths(&columns, total);
            let squeezed = columns.iter().zip(&widths).filter(|(c, w)| **w > 0 && **w < c.min).count();
            prop_assert!(squeezed <= 1, "only the first of all may be cut");
        }
    }
}
