//! Settings and keys of one's own, on the real program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use chrono::Utc;
use nightdesk::sandbox::Options;

use crate::house::{Hotel, program, small, state_dir};
use crate::pty::Shown;

/// A command without a screen, with a home of its own.
fn run(state: &std::path::Path, args: &[&str], env: &[(&str, String)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.args(args).env_remove("SEAM_API_KEY").env_remove("SEAM_ENDPOINT").env_remove("NIGHTDESK_CONFIG");
    command.env("NIGHTDESK_STATE_DIR", state).env("XDG_CONFIG_HOME", state);
    for (name, value) in env.iter().filter(|(_, value)| !value.is_empty()) {
        command.env(name, value);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_configuration_is_taken_up_while_the_program_runs_and_a_broken_one_is_not() {
    let state = state_dir();
    let file = state.join("config.toml");
    fs::write(&file, "[keys]\nfirst = \"g g\"\n").unwrap();
    let mut t = program(&state, &["demo", "--config", &file.display().to_string()]).spawn();
    t.wait_for("as of");
    t.wait_for("all actions");
    t.keys("g");
    t.wait_for("g first");
    t.keys("g");
    t.wait_for("a all actions");
    fs::write(&file, "[keys]\nfirst = \"g g\"\nactions = \"F2\"\nextend = \"E\"\n").unwrap();
    t.wait_for("The configuration was read again: keys.");
    t.wait_for("E extend");
    t.wait_for("F2 all actions");
    fs::write(&file, "[keys]\nextend = \"r\"\n").unwrap();
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = t.wait_for(move |s: &Shown| flat(&s.text()).contains("The settings stay as they were."));
    let flat = flat(&text);
    assert!(flat.contains("line 2: the key r is given to “extend” in line 2, and to “reissue”"), "{flat}");
    assert!(t.text().contains("E extend"));
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_theme_that_was_written_meanwhile_can_be_chosen_at_once() {
    let state = state_dir();
    let file = state.join("config.toml");
    fs::write(&file, "").unwrap();
    let mut t = program(&state, &["demo", "--config", &file.display().to_string()]).spawn();
    t.wait_for("all actions");
    fs::create_dir(state.join("themes")).unwrap();
    fs::write(state.join("themes/alpine.toml"), "text = \"#123456 on #fedcba\"\n").unwrap();
    t.keys("T");
    t.wait_for("alpine");
    t.keys("G");
    t.wait_for(|shown: &Shown| {
        let cell = shown.screen().cell(0, 0);
        cell.is_some_and(|cell| cell.bgcolor() != vt100::Color::Default)
    });
    t.keys("<Enter>");
    t.wait_for("Theme: alpine, also at the next start.");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn two_commands_on_one_key_are_refused_at_the_start_with_both_places() {
    let state = state_dir();
    let file = state.join("config.toml");
    fs::write(&file, "theme = \"dark\"\n[keys]\nextend = \"E\"\nzoom = \"E\"\n").unwrap();
    let mut t = program(&state, &["demo", "--config", &file.display().to_string()]).spawn();
    assert_eq!(t.exit_code(), 2);
    let text = t.text().replace('\n', "");
    let words = "config.toml: line 4: the key E is given to “zoom” in line 4, and to “extend” in line 3";
    assert!(text.contains(words), "{text}");
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_first_configuration_is_written_checked_and_never_overwritten() {
    let state = state_dir();
    let file = state.join("nightdesk/config.toml");
    assert_eq!(said(&run(&state, &["config", "path"], &[])).trim(), file.display().to_string());
    let checked = run(&state, &["config", "check"], &[]);
    assert_eq!(checked.status.code(), Some(0));
    assert!(said(&checked).contains("there is no such file"));
    assert_eq!(run(&state, &["config", "init"], &[]).status.code(), Some(0));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let first = fs::read(&file).unwrap();
    assert!(said(&run(&state, &["config", "check"], &[])).contains("all is well"));
    let again = run(&state, &["config", "init"], &[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("it stays as it is"));
    assert_eq!(fs::read(&file).unwrap(), first);
    for (raw, words) in [
        ("thme = \"x\"\n", "config.toml: line 1: there is no setting “thme” here; did you mean “theme”?"),
        ("[keys]\nextnd = \"E\"\n", "line 2: there is no command “extnd”; did you mean “extend”?"),
        ("theme = \"\\u001b[2J\"\n", "line 1: “theme” holds a control character"),
        ("theme = \"drak\"\n", "did you mean `dark`"),
        (
            "property = \"moon\"\n[properties.a]\n",
            "there is no property “moon” in the configuration: it has a",
        ),
    ] {
        fs::write(&file, raw).unwrap();
        let checked = run(&state, &["config", "check"], &[]);
        assert_eq!(checked.status.code(), Some(2), "{raw}");
        assert!(said(&checked).contains(words), "{}", said(&checked));
    }
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn the_doctor_says_what_is_well_and_what_to_do_about_the_rest() {
    // Its clock is this computer's.
    let hotel = Hotel::with(Options { now: Some(Utc::now()), speed: 1.0, ..small() });
    let env = hotel.environment();
    let well = run(&hotel.state, &["doctor"], &env);
    let text = said(&well);
    assert_eq!(well.status.code(), Some(0), "{text}");
    for what in ["config", "key", "endpoint", "clock", "workspace", "encoders", "journal", "terminal"] {
        assert_eq!(text.lines().filter(|l| l.split_whitespace().nth(1) == Some(what)).count(), 1, "{text}");
    }
    assert!(text.contains("Harbour Hotel") && text.contains("from SEAM_API_KEY"), "{text}");
    assert!(!text.contains(&env[4].1), "the key is never printed");
    let file = hotel.state.join("own.toml");
    fs::write(&file, "[properties.harbour]\nencoder = \"Nowhere\"\n").unwrap();
    let path = file.display().to_string();
    let wrong = run(&hotel.state, &["doctor", "--config", &path], &env);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("none is called “Nowhere”: write one of "), "{}", said(&wrong));
    let none = run(&hotel.state, &["doctor"], &[]);
    assert_eq!(none.status.code(), Some(1));
    let fast = Hotel::with(small());
    let ahead = said(&run(&fast.state, &["doctor"], &fast.environment()));
    assert!(ahead.contains("FAIL  clock") && ahead.contains("set its clock"), "{ahead}");
    assert!(said(&none).contains("FAIL  key        no API key: set SEAM_API_KEY"), "{}", said(&none));
}

#[test]
fn of_several_properties_each_has_its_own_key_and_reports_want_one_chosen() {
    let hotel = Hotel::with(small());
    let env = hotel.environment();
    let key = hotel.state.join("key");
    fs::write(&key, &env[4].1).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let file = hotel.state.join("own.toml");
    let raw = format!(
        "[properties.harbour]\nendpoint = \"{}\"\napi_key_file = \"{}\"\ncolour = \"blue\"\n[properties.hill]\n",
        env[3].1,
        key.display()
    );
    fs::write(&file, raw).unwrap();
    let path = file.display().to_string();
    // A key of another hotel lies about in the environment.
    let other = |args: &[&str]| hotel.program(args).env("SEAM_API_KEY", "seam_test_of_another");
    let mut t = other(&["--config", &path, "audit"]).spawn();
    assert_eq!(t.exit_code(), 2);
    assert!(t.text().replace('\n', "").contains("choose one with --property"), "{}", t.text());
    let mut t = other(&["--config", &path]).spawn();
    t.wait_for("2 properties");
    t.wait_for(regex::Regex::new("hill .*OFFLINE since").unwrap());
    t.wait_for("no API key of its own");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    let mut t = hotel.started(other(&["--config", &path, "--property", "harbour"]));
    t.wait_for(|s: &Shown| s.text().contains("Harbour Hotel"));
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}
