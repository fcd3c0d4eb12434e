//! Errors and warnings, which Seam hangs on everything.

use std::fmt;
use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::lenient;
use crate::seam::id::{DeviceId, MethodId};
use crate::secret::{DOTS, Secret};
use crate::text::Text;

/// Which of the two lists a notice stood in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// From `errors[]`.
    Error,
    /// From `warnings[]`.
    Warning,
}

/// An entry of `errors[]` or `warnings[]` of any resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `error_code` or `warning_code`, verbatim, also where it is one the documents do not know.
    pub code: Text,
    /// The words for people, with any PIN the record carries masked.
    pub message: Text,
    /// When the trouble began, as the API tells it.
    pub created_at: Option<DateTime<Utc>>,
    /// The devices it names: `device_id`, `missing_device_ids`.
    pub device_ids: Vec<DeviceId>,
    /// The methods it names: `access_method_ids`.
    pub access_method_ids: Vec<MethodId>,
    /// What could not be taken off a lock: `overprovisioned_access.failed_devices`.
    pub failed_devices: Vec<FailedDevice>,
    /// The PIN that was asked for: `requested_code_unavailable.original_code`.
    pub original_code: Option<Secret>,
    /// The PIN that was given instead: `requested_code_unavailable.new_code`.
    pub new_code: Option<Secret>,
    /// `device_time_constraints_violated.reason`.
    pub reason: Option<Text>,
}

/// All errors, or all warnings, of a thing that seldom has any.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "most are empty, and one word shorter for it")]
pub struct Notices(Option<Box<Vec<Notice>>>);

impl From<Vec<Notice>> for Notices {
    fn from(all: Vec<Notice>) -> Self {
        Self((!all.is_empty()).then(|| Box::new(all)))
    }
}

impl Deref for Notices {
    type Target = [Notice];
    fn deref(&self) -> &[Notice] {
        self.0.as_deref().map_or(&[], |all| all)
    }
}

impl DerefMut for Notices {
    fn deref_mut(&mut self) -> &mut [Notice] {
        self.0.as_deref_mut().map_or(&mut [], |all| all)
    }
}

impl<'a> IntoIterator for &'a Notices {
    type Item = &'a Notice;
    type IntoIter = std::slice::Iter<'a, Notice>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for Notices {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Notices {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Vec::deserialize(d).map(Self::from)
    }
}

/// A device on which access could not be changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FailedDevice {
    /// The device.
    pub device_id: DeviceId,
    /// Why, for programs; `offline_access_code_not_revocable` means it never can be.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub error_code: Text,
    /// Why, for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub message: Text,
}

#[derive(Deserialize)]
struct Wire {
    error_code: Option<Text>,
    warning_code: Option<Text>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    message: Text,
    warning_message: Option<Text>,
    #[serde(default, deserialize_with = "lenient::instant")]
    created_at: Option<DateTime<Utc>>,
    device_id: Option<DeviceId>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    missing_device_ids: Vec<DeviceId>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    access_method_ids: Vec<MethodId>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    failed_devices: Vec<FailedDevice>,
    #[serde(default, deserialize_with = "lenient::secret")]
    original_code: Option<Secret>,
    #[serde(default, deserialize_with = "lenient::secret")]
    new_code: Option<Secret>,
    #[serde(default, deserialize_with = "lenient::text")]
    reason: Option<Text>,
}

impl<'de> Deserialize<'de> for Notice {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(d)?;
        let mut message = wire.warning_message.unwrap_or(wire.message);
        // A PIN is a secret in whichever sentence the API puts it.
        for pin in [&wire.original_code, &wire.new_code].into_iter().flatten().filter(|pin| pin.is_here()) {
            if message.contains(pin.reveal()) {
                message = Text::new(message.replace(pin.reveal(), DOTS));
            }
        }
        let mut device_ids = wire.missing_device_ids;
        device_ids.extend(wire.device_id);
        Ok(Self {
            // Some published documents print `error_code` on warnings: either name will do.
            code: wire.error_code.or(wire.warning_code).unwrap_or_default(),
            message,
            created_at: wire.created_at,
            device_ids,
            access_method_ids: wire.access_method_ids,
            failed_devices: wire.failed_devices,
            original_code: wire.original_code,
            new_code: wire.new_code,
            reason: wire.reason,
        })
    }
}

/// As the API would write it.
impl Serialize for Notice {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            error_code: &'a Text,
            message: &'a Text,
            created_at: Option<DateTime<Utc>>,
            missing_device_ids: &'a [DeviceId],
            access_method_ids: &'a [MethodId],
            failed_devices: &'a [FailedDevice],
            original_code: &'a Option<Secret>,
            new_code: &'a Option<Secret>,
            reason: &'a Option<Text>,
        }
        let written = Written {
            error_code: &self.code,
            message: &self.message,
            created_at: self.created_at,
            missing_device_ids: &self.device_ids,
            access_method_ids: &self.access_method_ids,
            failed_devices: &self.failed_devices,
            original_code: &self.original_code,
            new_code: &self.new_code,
            reason: &self.reason,
        };
        written.serialize(s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_replaced_pin_is_masked_in_the_sentence_too() {
        let n: Notice = serde_json::from_value(json!({
            "warning_code": "requested_code_unavailable", "message": "4417 is taken, 9032 was set.",
            "original_code": "4417", "new_code": "9032", "device_id": "d1", "created_at": "2026-11-22T02:00:00Z"
        }))
        .unwrap();
        assert_eq!(n.message, "•••• is taken, •••• was set.");
        assert_eq!(n.new_code.unwrap().reveal(), "9032");
        assert_eq!(n.device_ids, [DeviceId::new("d1")]);
    }

    #[test]
    fn an_unknown_code_with_nulls_is_kept_verbatim() {
        let n: Notice = serde_json::from_value(json!({
            "warning_code": "moon_in_the_wrong_house", "message": null, "created_at": "yesterday", "x": 1
        }))
        .unwrap();
        assert_eq!(n.code, "moon_in_the_wrong_house");
        assert_eq!((n.message.as_str(), n.created_at), ("", None));
    }
}
