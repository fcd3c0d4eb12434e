//! A long list in pieces: it grows by a piece at a time, so that no large house is ever copied, nor kept twice as
//! large as it is.

/// So many of a piece.
const PIECE: usize = 64;

/// A list that grows at its end.
#[derive(Debug)]
pub(super) struct Chunks<T> {
    pieces: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), len: 0 }
    }
}

impl<T> Chunks<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The one at a place.
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    /// The one at a place, to be changed.
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.pieces.get_mut(at / PIECE)?.get_mut(at % PIECE)
    }

    /// Puts one at the end.
    pub(super) fn push(&mut self, one: T) {
        match self.pieces.last_mut().filter(|last| last.len() < PIECE) {
            Some(last) => last.push(one),
            None => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(one);
                self.pieces.push(piece);
            }
        }
        self.len += 1;
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// All of them, in order, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pieces.iter_mut().flatten()
    }

    /// Those from a place on, with their places.
    pub(super) fn iter_from(&self, from: usize) -> impl Iterator<Item = (usize, &T)> {
        let first = (from / PIECE).min(self.pieces.len());
        let rest = self.pieces.iter().skip(first).flatten();
        (first * PIECE..).zip(rest).skip(from.saturating_sub(first * PIECE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list_whatever_its_length() {
        let mut chunks = Chunks::default();
        for n in 0..3 * PIECE {
            assert_eq!((chunks.len(), chunks.get(n)), (n, None));
            assert!(chunks.iter().copied().eq(0..n));
            for from in [0, 1, PIECE - 1, PIECE, PIECE + 1, n, n + 1, usize::MAX] {
                assert!(
                    chunks
                        .iter_from(from)
                        .eq((from..n.max(from)).zip(&(from..n.max(from)).collect::<Vec<_>>()))
                );
            }
            chunks.push(n);
            assert_eq!(chunks.get(n), Some(&n));
        }
        chunks.iter_mut().for_each(|n| *n += 1);
        *chunks.get_mut(PIECE).unwrap() = 0;
        assert_eq!((chunks.get(PIECE - 1), chunks.get(PIECE)), (Some(&PIECE), Some(&0)));
    }
}
