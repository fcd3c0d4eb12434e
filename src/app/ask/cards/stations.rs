//! Where cards are cut: one encoder, or several at a time.

use super::Card;
use crate::app::form::Choice;
use crate::desk::reissue::{self, EncoderChoice};
use crate::property::Property;
use crate::seam::id::EncoderId;
use crate::text::Text;

/// With more healthy encoders than this, not every pair of them is offered.
const PAIRED: usize = 3;

/// One encoder or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Station {
    /// The encoders and their names.
    pub(super) encoders: Vec<(EncoderId, Text)>,
    trouble: Option<Text>,
}

impl Station {
    pub(super) fn choice(&self) -> Choice {
        let names: Vec<&str> = self.encoders.iter().map(|(_, name)| name.as_str()).collect();
        let words = match names.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("{} at a time", several.join(" + ")),
        };
        Choice { words: words.into(), trouble: self.trouble.clone() }
    }
}

/// Where these cards can be cut: each encoder by itself, those without trouble first; then several of those.
pub(super) fn stations(p: &Property, cards: &[Card]) -> Vec<Station> {
    let mut able: Vec<EncoderChoice> = Vec::new();
    for (stay, _) in cards {
        for encoder in reissue::encoders(p, stay) {
            if !able.iter().any(|known| known.encoder == encoder.encoder) {
                able.push(encoder);
            }
        }
    }
    able.sort_by(|a, b| (a.trouble.is_some(), &a.name).cmp(&(b.trouble.is_some(), &b.name)));
    let single = |e: &EncoderChoice| Station {
        encoders: vec![(e.encoder.clone(), e.name.clone())],
        trouble: e.trouble.clone().or_else(|| misses(p, cards, std::slice::from_ref(&e.encoder))),
    };
    let mut stations: Vec<Station> = able.iter().map(single).collect();
    if cards.len() > 1 {
        stations.extend(several(p, cards, &able));
    }
    stations
}

fn several(p: &Property, cards: &[Card], able: &[EncoderChoice]) -> Vec<Station> {
    let healthy: Vec<(EncoderId, Text)> =
        able.iter().filter(|e| e.trouble.is_none()).map(|e| (e.encoder.clone(), e.name.clone())).collect();
    let mut sets: Vec<Vec<(EncoderId, Text)>> = Vec::new();
    if healthy.len() == PAIRED {
        for (i, first) in healthy.iter().enumerate() {
            sets.extend(healthy.iter().skip(i + 1).map(|second| vec![first.clone(), second.clone()]));
        }
    }
    if healthy.len() > 1 {
        sets.push(healthy);
    }
    let station = |encoders: Vec<(EncoderId, Text)>| {
        let ids: Vec<EncoderId> = encoders.iter().map(|(id, _)| id.clone()).collect();
        Station { trouble: misses(p, cards, &ids), encoders }
    };
    sets.into_iter().map(station).collect()
}

/// Whose cards none of these encoders can cut.
fn misses(p: &Property, cards: &[Card], encoders: &[EncoderId]) -> Option<Text> {
    let able = |card: &&Card| p.encoders_for(&card.0).iter().any(|e| encoders.contains(&e.id));
    let left = cards.iter().find(|card| !able(card))?;
    let whom = p.stay(&left.0).map(|stay| stay.name.clone()).unwrap_or_default();
    Some(Text::new(format!("does not cut the card of {whom}")))
}

/// Where the choice starts: on the encoder this desk used last, else on the first without trouble.
pub(super) fn usual(stations: &[Station], usual: Option<&EncoderId>) -> usize {
    let is_usual = |s: &Station| s.encoders.len() == 1 && s.encoders.first().map(|(id, _)| id) == usual;
    let last_used = stations.iter().position(|s| is_usual(s) && s.trouble.is_none());
    last_used.or_else(|| stations.iter().position(|s| s.trouble.is_none())).unwrap_or(0)
}
