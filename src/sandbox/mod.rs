//! A virtual hotel behind the same HTTP surface as Seam's API.
