//! The export of the property management system: somebody's spreadsheet, any bytes.

use nightdesk::config::PmsConfig;
use nightdesk::report::{compare, read};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::bend::{scratch, scratches};
use crate::house::{answers, app_on, thresholds};

const FILES: [&str; 3] = [
    "Room,Guest,Arrival,Departure,Status\n101,\"Abara, Chidi\",2026-11-22,2026-11-24,In-house\n102,Berg Astrid,2026-11-20,2026-11-23,Due out\n",
    "\u{feff}Zimmer;Gast;Anreise;Abreise;Status\r\n101;\"Abara; \"\"C\"\"\";22.11.2026;24.11.2026;Im Haus\r\n;;;;\r\n207;中村 ゆい;22.11.26;26.11.26;\r\n",
    "Report of 22/11/2026\n\nRoom No\tName\tArr. Date\tDep. Date\tStatus\n0101\tABARA CHIDI\t11/22/2026\t11/24/2026\tCKIN\n",
];

#[test]
fn any_export_is_compared_or_refused_and_no_row_is_lost() {
    let p = app_on(&answers(), thresholds()).property;
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: asked.unwrap_or(256),
        ..ProptestConfig::with_source_file(file!())
    });
    let scratched = (0..FILES.len(), scratches()).prop_map(|(which, scratches)| {
        let mut bytes = FILES[which].as_bytes().to_vec();
        scratch(&mut bytes, &scratches);
        bytes
    });
    let bytes = prop_oneof![5 => scratched, 1 => proptest::collection::vec(any::<u8>(), 0..200)];
    let config = (
        proptest::option::weighted(0.3, any::<char>()),
        any::<Option<bool>>(),
        proptest::option::weighted(0.2, "[%a-zA-Z./-]{0,8}"),
    )
        .prop_map(|(delimiter, day_first, format)| PmsConfig {
            delimiter,
            day_first,
            date_formats: format.into_iter().collect(),
            ..PmsConfig::default()
        });
    runner
        .run(&(bytes, config), |(bytes, config)| {
            match read(&bytes, &config) {
                Ok(rows) => {
                    let lines = u64::try_from(bytes.len()).unwrap() + 1;
                    prop_assert!(rows.rows.iter().all(|row| row.line >= 1 && row.line <= lines));
                    let found = compare(&p, "guests.csv".into(), rows);
                    for finding in &found.findings {
                        prop_assert!(!finding.kind.words().is_empty());
                    }
                }
                Err(why) => prop_assert!(why.to_string().contains(' ')),
            }
            Ok(())
        })
        .unwrap();
}
