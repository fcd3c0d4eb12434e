//! What the header counts.

/// What the header counts. Every stay on tonight's board is in exactly one of `due_in`, `in_house`,
/// `due_out` and `overstay`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Arrivals outstanding: due in, and no-show candidates.
    pub due_in: usize,
    /// Guests in the house who stay: in-house and stayovers.
    pub in_house: usize,
    /// Due out.
    pub due_out: usize,
    /// Overstays.
    pub overstay: usize,
    /// Of those in `due_in`, the no-show candidates.
    pub no_show: usize,
    /// Of those in `in_house`, the stayovers.
    pub stayover: usize,
    /// Departed, but their grants are still there. Not on tonight's board.
    pub departed: usize,
    /// Reserved for after the business date. Not on tonight's board.
    pub upcoming: usize,
    /// All grants.
    pub grants: usize,
    /// All pending mutations.
    pub mutations: usize,
    /// Alerts of severity P1 that are not snoozed.
    pub p1: usize,
    /// Alerts of severity P2 that are not snoozed.
    pub p2: usize,
    /// Alerts of severity P3 that are not snoozed.
    pub p3: usize,
    /// Alerts that are snoozed, of any severity.
    pub snoozed: usize,
}

impl Counts {
    /// How many stays are on tonight's board.
    pub fn tonight(&self) -> usize {
        self.due_in + self.in_house + self.due_out + self.overstay
    }
}
