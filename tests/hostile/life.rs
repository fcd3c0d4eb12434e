//! Rough beginnings and rough ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nightdesk::sandbox::{Incident, Options, Sandbox};
use regex::Regex;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use tokio::runtime::Runtime;

use crate::hands::leave;
use crate::house::{House, demo, place, until};
use crate::pty::Start;

const PROGRAM: &str = env!("CARGO_BIN_EXE_nightdesk");

#[test]
fn a_dumb_terminal_is_told_what_it_can_do_instead() {
    let state = place();
    let mut t = demo(&state).env("TERM", "dumb").spawn();
    assert_eq!(t.exit_code(), 2);
    let said = t.text().replace('\n', "");
    assert!(said.contains("dumb") && said.contains("nightdesk list"), "{said}");
    assert!(t.look(|s| !s.raw.contains(&0x1b)), "no sequence is sent to it");
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[rstest]
#[case::nothing(Stdio::null())]
#[case::a_pipe(Stdio::piped())]
fn without_a_terminal_it_ends_with_a_sentence(#[case] input: Stdio) {
    let state = place();
    let mut command = Command::new(PROGRAM);
    command.arg("demo").env("NIGHTDESK_STATE_DIR", &state).env("XDG_CONFIG_HOME", &state).stdin(input);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && !output.stderr.contains(&0x1b), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("needs a terminal"));
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn who_reads_no_further_ends_it_quietly() {
    let house = House::with(|_| ());
    let list = format!("'{PROGRAM}' list guests | head -n 1");
    let mut t = house.program_in_a_shell(&list).spawn();
    assert_eq!(t.exit_code(), 0);
    assert!(!t.text().contains("panicked") && !t.text().contains("Broken pipe"), "{}", t.text());
}

/// Nothing happens in the hotel that would have to be written, and yet nobody is left behind.
#[test]
fn who_watches_for_nobody_ends_too() {
    let house = House::with(|_| ());
    let list = format!("'{PROGRAM}' list mutations --format csv --watch | head -n 1; echo over");
    let mut t = house.program_in_a_shell(&list).spawn();
    t.wait_for("over");
    assert_eq!(t.exit_code(), 0);
    assert!(!t.text().contains("panicked") && !t.text().contains("Broken pipe"), "{}", t.text());
}

/// The processes that were started by this one.
fn children(pid: Pid) -> Vec<Pid> {
    let pid = pid.as_raw_nonzero();
    let list = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    list.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}

fn is_there(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.is_ok_and(|stat| !stat.contains(") Z"))
}

#[test]
fn when_its_shell_is_killed_it_goes_too() {
    let state = place();
    let shell = Start::new("bash").args(["--norc", "--noprofile", "-i"]).env("PS1", "shell> ");
    let mut t = shell.env("NIGHTDESK_STATE_DIR", &state).env("XDG_CONFIG_HOME", &state).size(120, 40).spawn();
    t.wait_for("shell> ");
    t.keys(&format!("'{PROGRAM}' demo<Enter>"));
    t.wait_for("as of");
    let [desk] = children(t.pid())[..] else { panic!("the shell runs one program") };
    assert!(is_there(desk));
    t.signal(Signal::KILL);
    until("its end", || !is_there(desk));
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn killed_outright_the_next_one_starts_as_if_nothing_were() {
    let state = place();
    let t = demo(&state).spawn();
    t.wait_for("as of");
    kill_process(t.pid(), Signal::KILL).unwrap();
    until("its end", || !is_there(t.pid()));
    let mut t = demo(&state).spawn();
    t.wait_for("as of");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

/// Requests that change something.
const CHANGES: [&str; 4] =
    ["/access_grants/delete", "/access_grants/update", "/access_methods/delete", "/access_grants/create"];

#[test]
fn what_is_pasted_or_typed_ahead_changes_nothing() {
    let runtime = Runtime::new().unwrap();
    let options = Options { rooms: 24, grants: 20, seed: 5, speed: 1.0, ..Options::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let control = sandbox.control();
    control.incident(&Incident::Restless { on: false }).unwrap();
    let state = place();
    let mut t = Start::new(PROGRAM)
        .env("SEAM_ENDPOINT", sandbox.endpoint())
        .env("SEAM_API_KEY", sandbox.api_key().reveal())
        .env("NIGHTDESK_STATE_DIR", &state)
        .env("XDG_CONFIG_HOME", &state)
        .size(120, 40)
        .spawn();
    t.wait_for("as of");
    t.wait_gone("reading");
    t.wait_for(Regex::new(r"▌ +\w?\d+ +\w").unwrap());
    t.paste("x\ryyyy\rxy\rq");
    t.wait_for("Pasted text was ignored");
    // In one burst: the dialog that opens is not confirmed by what was typed before it was seen.
    for burst in ["xyy", "e<Enter>yy"] {
        leave(&mut t);
        t.keys(burst);
        t.wait_for("read it first");
    }
    leave(&mut t);
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    assert_eq!(CHANGES.map(|path| control.applied(path)), [0; 4]);
    runtime.block_on(sandbox.shutdown());
    fs::remove_dir_all(state).unwrap();
}

/// Whether a program is installed.
pub fn is_installed(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| Path::new(&dir).join(name).is_file()))
}
