//! Decoders that forgive what a live API does to a document.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::secret::Secret;
use crate::text::Text;

/// Null counts as missing: the default stands in for it.
pub(super) fn or_default<'de, D, T>(d: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(d)?.unwrap_or_default())
}

/// An instant in any form RFC 3339 allows; text that is none counts as missing.
pub(super) fn instant<'de, D: Deserializer<'de>>(d: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let raw = Option::<Cow<'de, str>>::deserialize(d)?;
    Ok(raw.and_then(|s| DateTime::parse_from_rfc3339(&s).ok()).map(|t| t.with_timezone(&Utc)))
}

/// The longest secret that is kept, in bytes: a PIN has nine digits, and a link is no longer than a line.
const LONGEST_SECRET: usize = 2_048;

/// A secret that is there: null, the empty text and what is far too long are not.
pub(super) fn secret<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<Secret>::deserialize(d)?.filter(|s| !s.is_empty() && s.reveal().len() <= LONGEST_SECRET))
}

/// The same as [`text`], in a box: for texts that few records have.
pub(super) fn boxed_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Box<Text>>, D::Error> {
    Ok(text(d)?.map(Box::new))
}

/// What says anything, in a box: null and what says nothing are not there.
pub(super) fn boxed<'de, D, T>(d: D) -> Result<Option<Box<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default + PartialEq,
{
    Ok(Option::<T>::deserialize(d)?.filter(|told| *told != T::default()).map(Box::new))
}

/// A text that is there: null and the empty text are not.
pub(super) fn text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Text>, D::Error> {
    Ok(Option::<Text>::deserialize(d)?.filter(|s| !s.is_empty()))
}
