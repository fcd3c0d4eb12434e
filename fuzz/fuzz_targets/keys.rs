//! Names of keys, and of sequences of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nightdesk::app::chord::Chord;
use nightdesk::app::key::Key;

fuzz_target!(|name: &str| {
    if let Ok(key) = name.parse::<Key>() {
        assert_eq!(key.to_string().parse::<Key>(), Ok(key));
    }
    if let Ok(chord) = name.parse::<Chord>() {
        assert_eq!(chord.to_string().parse::<Chord>(), Ok(chord));
    }
});
