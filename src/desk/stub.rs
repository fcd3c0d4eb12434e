//! Temporary.
#![allow(missing_docs, clippy::missing_errors_doc)]
use super::{Plan, Refusal};
use crate::{
    property::{Property, StayId},
    seam::id::*,
    text::Text,
};
use chrono::{DateTime, Utc};
pub fn gone(_: &StayId) -> Refusal {
    Refusal::new("gone")
}
pub fn no_encoder() -> Refusal {
    Refusal::new("no encoder")
}
pub struct EncoderChoice {
    pub encoder: EncoderId,
    pub name: Text,
    pub system: Text,
    pub trouble: Option<Text>,
}
pub fn encoders(_: &Property, _: &StayId) -> Vec<EncoderChoice> {
    vec![]
}
pub mod extend {
    use super::*;
    pub struct ExtendAsk {
        pub stay: StayId,
        pub starts_at: Option<DateTime<Utc>>,
        pub ends_at: Option<DateTime<Utc>>,
        pub party: bool,
    }
    pub fn plan(_: &Property, _: &ExtendAsk, _: DateTime<Utc>) -> Result<Plan, Refusal> {
        Err(Refusal::new("x"))
    }
}
pub mod reissue {
    use super::*;
    pub struct CardChoice {
        pub method: MethodId,
        pub words: Text,
    }
    pub fn cards(_: &Property, _: &StayId) -> Vec<CardChoice> {
        vec![]
    }
    pub struct ReissueAsk {
        pub stay: StayId,
        pub lost: MethodId,
        pub encoder: EncoderId,
    }
    pub fn plan(_: &Property, _: &ReissueAsk, _: DateTime<Utc>) -> Result<Plan, Refusal> {
        Err(Refusal::new("x"))
    }
}
pub mod encode {
    use super::*;
    pub struct EncodeAsk {
        pub stay: StayId,
        pub methods: Vec<MethodId>,
        pub encoder: EncoderId,
    }
    pub fn plan(_: &Property, _: &EncodeAsk, _: DateTime<Utc>) -> Result<Plan, Refusal> {
        Err(Refusal::new("x"))
    }
}
pub mod check_out {
    use super::*;
    pub struct CheckOutAsk {
        pub stay: StayId,
        pub whole_party: bool,
    }
    pub fn plan(_: &Property, _: &CheckOutAsk, _: DateTime<Utc>) -> Result<Plan, Refusal> {
        Err(Refusal::new("x"))
    }
}
