//! What the lock brands make of a card, a change of dates and a revocation: `acs_system.external_type`.

/// A brand as far as the desk's actions differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Brand {
    /// Salto KS: cards are registered tags that are assigned by their number; changes arrive live.
    SaltoKs,
    /// Salto Space: one card and one mobile key a guest, cards updated at wall readers if licensed.
    SaltoSpace,
    /// Visionline.
    Visionline,
    /// Vostio.
    Vostio,
    /// dormakaba Ambiance or Community.
    Dormakaba,
    /// Hotek.
    Hotek,
    /// A brand this version does not know.
    Other,
}

impl Brand {
    /// Reads `external_type`, and words beside it that some systems use.
    pub fn of(external_type: &str) -> Self {
        let is = |word: &str| external_type.contains(word);
        if is("salto_ks") {
            Self::SaltoKs
        } else if is("salto_space") {
            Self::SaltoSpace
        } else if is("visionline") {
            Self::Visionline
        } else if is("vostio") {
            Self::Vostio
        } else if is("ambiance") || is("community") {
            Self::Dormakaba
        } else if is("hotek") {
            Self::Hotek
        } else {
            Self::Other
        }
    }

    /// Whether a person has only one card, so that the old one goes before a new one is requested.
    pub fn one_card_a_guest(self) -> bool {
        self == Self::SaltoSpace
    }

    /// Whether cards are tags assigned by number instead of being encoded.
    pub fn assigns_cards(self) -> bool {
        self == Self::SaltoKs
    }

    /// Whether a card in a pocket learns of changes without the encoder.
    pub fn cards_follow(self) -> bool {
        self == Self::SaltoKs
    }

    /// What a retired card can still do at a door that does not ask anybody, and what ends it.
    pub fn lost_card(self) -> &'static str {
        match self {
            Self::SaltoKs => "stops opening as soon as the lock is reached",
            Self::SaltoSpace => {
                "may open until it expires, unless the lock has learnt of it: have the guest use the new card \
                 at a wall reader and at the door"
            }
            Self::Visionline | Self::Vostio => {
                "may still open the room: it shares the reservation with the new one; a new reservation, used \
                 at the door, is what ends it"
            }
            Self::Dormakaba => {
                "may still open the room until a new key of a new registration is used at the door"
            }
            Self::Hotek => "may open the room until the next guest's key is used at the door",
            Self::Other => "may open an offline door until a new reservation's key is used there",
        }
    }

    /// What revoking means for a card that is still in somebody's pocket.
    pub fn revoked_card(self) -> &'static str {
        match self {
            Self::SaltoKs => "stops opening as soon as the lock is reached",
            Self::SaltoSpace => "may open until it expires or the next guest checks in",
            Self::Visionline | Self::Vostio | Self::Dormakaba | Self::Hotek | Self::Other => {
                "may open the room until the next guest's key is used at the door"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("salto_ks_site", Brand::SaltoKs)]
    #[case("salto_space_system", Brand::SaltoSpace)]
    #[case("visionline_system", Brand::Visionline)]
    #[case("assa_abloy_vostio", Brand::Vostio)]
    #[case("dormakaba_ambiance_site", Brand::Dormakaba)]
    #[case("dormakaba_community_site", Brand::Dormakaba)]
    #[case("hotek_site", Brand::Hotek)]
    #[case("brand_of_tomorrow", Brand::Other)]
    fn brands_by_external_type(#[case] external_type: &str, #[case] brand: Brand) {
        assert_eq!(Brand::of(external_type), brand);
    }
}
