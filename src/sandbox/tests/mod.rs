//! Rules of the hotel.
