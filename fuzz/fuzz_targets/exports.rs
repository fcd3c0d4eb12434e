//! Exports of property management systems.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nightdesk::config::PmsConfig;
use nightdesk::report::read;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes, &PmsConfig::default());
});
