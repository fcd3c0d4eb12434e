//! What a person types into a date field.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::property::{Zone, parse, short};
use proptest::prelude::*;

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,24}",
        "[+−-]{0,2}[0-9]{0,22}[dhmw ]{0,2}[0-9]{0,20}[dhmw]{0,1}",
        "(today|tomorrow|yesterday|TODAY|mon|)[ T]{0,2}[0-9]{0,3}[:.]{0,1}[0-9]{0,3}",
        "[+-]{0,1}[0-9]{1,6}-[0-9]{1,3}-[0-9]{1,3}[ T]{0,1}[0-9]{0,2}[:.]{0,1}[0-9]{0,2}",
        "[0-9٠-٩０-９]{1,4}[:.：][0-9٠-٩]{1,3}",
    ]
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let usual = 1_700_000_000_i64..1_900_000_000;
    let odd = prop_oneof![-60_000_000_000_i64..253_402_300_000, Just(i64::MIN / 4_000_000), Just(0)];
    prop_oneof![6 => usual, 1 => odd].prop_map(|s| DateTime::from_timestamp(s, 0).unwrap_or_default())
}

proptest! {
    #[test]
    fn any_text_is_a_date_that_can_be_shown_or_refused_in_a_sentence(
        typed in typed(), base in instant(), now in instant(),
        zone in proptest::sample::select(vec!["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "UTC"]),
    ) {
        let zone = Zone::named(zone).unwrap();
        match parse(&typed, base, now, zone) {
            Ok(parsed) => {
                prop_assert!((parsed.at - now).abs() <= TimeDelta::days(3_701), "{}", parsed.at);
                prop_assert!(!short(parsed.at, now, zone).is_empty());
            }
            Err(why) => {
                let words = why.to_string();
                prop_assert!(words.contains(' ') && !words.chars().any(char::is_control), "{words:?}");
            }
        }
    }
}
