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
    /// Its middle where there is room for two names, for guests of one family differ at the end; else its end.
    Name,
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
    /// How important it is: 0 and 1 are essential, higher ones are left out first.
    pub rank: u8,
    /// Where the text stands.
    pub align: Align,
    /// What gives way.
    pub cut: Cut,
    /// How wide somebody wants it, in cells: it gets that before lesser columns get anything.
    pub wish: Option<u16>,
}

impl Column {
    /// A column of text; `rank` 0 is the most important.
    pub const fn new(title: &'static str, min: u16, max: u16, rank: u8) -> Self {
        Self { title, min, max, rank, align: Align::Left, cut: Cut::End, wish: None }
    }

    /// The same, standing right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// The same, so many cells wide where there is room.
    #[must_use]
    pub const fn wide(mut self, cells: u16) -> Self {
        self.wish = Some(cells);
        self.max = cells;
        if cells < self.min {
            self.min = cells;
        }
        self
    }

    /// The same, giving way in the middle.
    #[must_use]
    pub const fn middle(mut self) -> Self {
        self.cut = Cut::Middle;
        self
    }
}

/// From this width on there is room for two names.
pub const TWO_NAMES: u16 = 16;

/// Cells between two columns.
pub const GAP: u16 = 2;

/// Columns of this rank and less must be comfortable before any other is shown at all.
const ESSENTIAL: u8 = 1;

/// The width of each column in `total` cells; 0 where a column is left out. Widths and the gaps
/// between the columns that are shown never come to more than `total`.
///
/// The essential columns get their least width, then half of what they can use; then the others get
/// their least width, the most important first; what remains goes to all in order of importance.
pub fn widths(columns: &[Column], total: u16) -> Vec<u16> {
    let mut share = Share { columns, widths: vec![0u16; columns.len()], left: total, total };
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|i| columns.get(*i).map_or(u8::MAX, |c| c.rank));
    let (essential, other): (Vec<usize>, Vec<usize>) =
        order.iter().partition(|i| columns.get(**i).is_some_and(|c| c.rank <= ESSENTIAL));
    essential.iter().for_each(|i| share.admit(*i));
    essential.iter().for_each(|i| share.widen(*i, |c| c.wish.unwrap_or(c.min.midpoint(c.max))));
    for i in other {
        share.admit(i);
        share.widen(i, |c| c.wish.unwrap_or_default());
    }
    order.iter().for_each(|i| share.widen(*i, |c| c.max));
    share.widths
}

struct Share<'a> {
    columns: &'a [Column],
    widths: Vec<u16>,
    left: u16,
    total: u16,
}

impl Share<'_> {
    /// Gives a column its least width, if that is there.
    fn admit(&mut self, i: usize) {
        let (Some(column), Some(width)) = (self.columns.get(i), self.widths.get_mut(i)) else { return };
        let is_first = self.left == self.total;
        let need = column.min.max(1);
        // The first column is cut rather than left out: a table always shows something.
        let (granted, gap) = if is_first { (need.min(self.left), 0) } else { (need, GAP) };
        if granted.saturating_add(gap) <= self.left {
            *width = granted;
            self.left -= granted + gap;
        }
    }

    /// Widens a column that is shown, as far as `wanted`.
    fn widen(&mut self, i: usize, wanted: impl Fn(&Column) -> u16) {
        let (Some(column), Some(width)) = (self.columns.get(i), self.widths.get_mut(i)) else { return };
        if *width > 0 {
            let more = wanted(column).saturating_sub(*width).min(self.left);
            *width += more;
            self.left -= more;
        }
    }
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
    #[case(32, [4, 16, 8, 0])]
    #[case(40, [4, 16, 8, 6])]
    #[case(50, [5, 24, 9, 6])]
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
