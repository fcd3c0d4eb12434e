//! Names of keys.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nightdesk::app::key::Key;

fuzz_target!(|name: &str| {
    if let Ok(key) = name.parse::<Key>() {
        assert_eq!(key.to_string().parse::<Key>(), Ok(key));
    }
});
