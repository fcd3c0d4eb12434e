//! Chance that can be replayed: every draw and every id comes from the seed.

use uuid::Uuid;

/// A stream of numbers that depends on its seed alone (the splitmix64 sequence).
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// A stream of its own for each `purpose`, so that what a client asks never shifts what the night brings.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut dice = Self { state: seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as usize + 1) as i64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        ((self.next() >> 11) as f64 / (1u64 << 53) as f64) < probability
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// A random version 4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }

    /// `n` digits, the first of them not 0.
    pub(crate) fn digits(&mut self, n: usize) -> String {
        (0..n).map(|i| if i == 0 { self.between(1, 9) } else { self.between(0, 9) }.to_string()).collect()
    }
}

/// The bits of a version 4 UUID that say neither version nor variant.
const FREE_BITS: u128 = !((0xf_u128 << 76) | (0x3_u128 << 62));

/// The id of something that belongs to `id` and needs no record of its own (the credential behind an
/// access method, the code of one method on one lock). Applying it twice gives `id` back.
pub(crate) fn derived(id: Uuid, salt: u128) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ (salt & FREE_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers_and_ids() {
        let (mut a, mut b) = (Dice::new(7, 1), Dice::new(7, 1));
        assert_eq!((a.next(), a.uuid(), a.digits(6)), (b.next(), b.uuid(), b.digits(6)));
        assert_ne!(Dice::new(7, 2).next(), Dice::new(7, 1).next());
        assert_ne!(Dice::new(8, 1).next(), Dice::new(7, 1).next());
    }

    #[test]
    fn a_derived_id_is_a_version_4_uuid_and_leads_back() {
        let id = Dice::new(1, 1).uuid();
        let other = derived(id, u128::MAX);
        assert_ne!(id, other);
        assert_eq!((other.get_version_num(), other.get_variant()), (4, uuid::Variant::RFC4122));
        assert_eq!(derived(other, u128::MAX), id);
    }
}
