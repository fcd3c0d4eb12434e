//! The terminal is taken, read and given back by a real process in a real pseudo-terminal.
//!
//! The program under test is this test binary itself, started again on [`the_program`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test may stop at the first surprise too"
)]

mod pty;

use std::time::Instant;

use nightdesk::app::key::Code;
use nightdesk::text::Text;
use nightdesk::tui::guard::{Guard, Options};
use nightdesk::tui::input::{Inputs, RawInput};
use nightdesk::tui::output::{self, Drawn, Screen, TerminalSink};
use nightdesk::tui::signals::{self, Signal, Signals};
use pty::{Start, Terminal};
use ratatui::text::Line;
use ratatui::widgets::Widget as _;
use rstest::rstest;
use rustix::process::Signal as Os;

/// Set in the environment of the program under test.
const IS_PROGRAM: &str = "NIGHTDESK_TERMINAL_PROGRAM";

const PROGRAM_ARGS: [&str; 5] = ["the_program", "--exact", "--ignored", "--nocapture", "--test-threads=1"];

fn start() -> Start {
    let this = std::env::current_exe().expect("this test binary");
    Start::new(this).args(PROGRAM_ARGS).env(IS_PROGRAM, "1").env("RUST_BACKTRACE", "0")
}

fn started() -> Terminal {
    let terminal = start().spawn();
    terminal.wait_for("ready");
    terminal
}

#[test]
fn leaving_gives_everything_back() {
    let mut t = started();
    assert!(t.look(|s| s.screen().alternate_screen() && s.screen().bracketed_paste()));
    assert!(t.look(|s| s.screen().hide_cursor()));
    assert_eq!(t.look(|s| s.extras().title.clone()), "nightdesk");
    assert!(!t.is_cooked());
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[rstest]
#[case(Os::TERM, 143)]
#[case(Os::INT, 130)]
#[case(Os::HUP, 129)]
#[case(Os::QUIT, 131)]
fn a_signal_ends_it_in_order(#[case] signal: Os, #[case] code: u32) {
    let mut t = started();
    t.signal(signal);
    assert_eq!(t.exit_code(), code);
    t.assert_clean();
}

#[rstest]
#[case("m", "panic in the program")]
#[case("t", "panic in a thread")]
#[case("a", "panic in a task")]
fn a_panic_anywhere_ends_it_with_its_message_on_a_clean_terminal(#[case] key: &str, #[case] said: &str) {
    let mut t = started();
    t.keys(key);
    assert_eq!(t.exit_code(), 101);
    t.assert_clean();
    assert!(t.text().contains(said), "{}", t.text());
}

#[test]
fn what_the_terminal_answers_after_a_panic_is_not_typed_at_the_prompt() {
    // Behind it somebody reads, as a shell does.
    let this = std::env::current_exe().expect("this test binary");
    let under_a_shell = "\"$@\"; echo ended with $?; read line; echo \"typed: $line.\"";
    let shell = Start::new("sh").args(["-c", under_a_shell, "sh"]).arg(this).args(PROGRAM_ARGS);
    let mut t = shell.env(IS_PROGRAM, "1").env("RUST_BACKTRACE", "0").spawn();
    t.wait_for("ready");
    t.keys("d");
    // Asked, and then left: the answer comes late.
    t.wait_for(|s: &pty::Shown| !s.screen().alternate_screen());
    t.send(b"\x1b[0n");
    t.wait_for("ended with 101");
    t.send(b"ok\n");
    t.wait_for("typed: ok.");
    assert!(!t.text().contains("[0n"), "{}", t.text());
}

#[test]
fn when_the_connection_is_cut_nothing_stays_behind() {
    let mut t = started();
    t.hang_up();
    assert_eq!(t.exit_code(), 129);
}

#[test]
fn when_only_input_ends_nothing_spins() {
    // Without SIGHUP the hang-up itself has to be noticed.
    let mut t = start().env("IGNORE_HANG_UP", "1").spawn();
    t.wait_for("ready");
    t.hang_up();
    assert_eq!(t.exit_code(), 129);
}

#[test]
fn a_paste_arrives_as_text_and_fires_nothing() {
    let mut t = started();
    t.paste("q\nmta\x1b[Bq");
    t.wait_for("paste q mta");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn thousands_of_keys_in_one_go_all_arrive() {
    let mut t = started();
    t.send(&[b'j'; 3000]);
    t.wait_for("count 3000");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn a_new_size_is_drawn_at_once() {
    let mut t = started();
    t.resize(120, 40);
    t.wait_for("120x40");
    t.resize(20, 5);
    t.wait_for("20x5");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn an_unchanged_screen_writes_nothing() {
    let mut t = started();
    let before = t.bytes();
    t.keys("nnnj");
    t.wait_for("count 1");
    let written = t.bytes() - before;
    assert!(written < 120, "three frames without a change and one with: {written} bytes");
    t.keys("q");
    t.exit_code();
}

#[test]
fn a_terminal_that_stands_still_stops_neither_keys_nor_the_end() {
    let sign = std::env::temp_dir().join(format!("nightdesk-flooded-{}", std::process::id()));
    let mut t = start().env("SIGN", &sign).size(200, 60).spawn();
    t.wait_for("ready");
    t.stall(true);
    // Each is a full screen; together they are more than any pseudo-terminal holds.
    t.send(&[b'f'; 400]);
    t.keys("e");
    let deadline = Instant::now() + pty::patience();
    while !sign.exists() {
        assert!(Instant::now() < deadline, "keys are no longer read");
        std::thread::yield_now();
    }
    std::fs::remove_file(&sign).unwrap();
    t.signal(Os::TERM);
    assert_eq!(t.exit_code(), 143);
    assert!(t.is_cooked());
}

#[test]
fn suspended_and_brought_back_by_a_shell() {
    let program = std::env::current_exe().expect("this test binary");
    let shell = Start::new("bash").args(["--norc", "--noprofile", "-i"]).env("PS1", "shell> ");
    let mut t = shell.env(IS_PROGRAM, "1").spawn();
    t.wait_for("shell> ");
    let command = format!("'{}' {}", program.display(), PROGRAM_ARGS.join(" "));
    t.keys(&format!("{command}; echo ended $?<Enter>"));
    t.wait_for("ready");
    t.keys("j<C-z>");
    t.wait_for("Stopped");
    t.wait_for(|s: &pty::Shown| !s.screen().alternate_screen() && !s.screen().hide_cursor());
    t.keys("stty -a | grep -o -e '-*icanon'<Enter>");
    t.wait_for(regex::Regex::new("(?m)^icanon").unwrap());
    t.keys("fg<Enter>");
    t.wait_for("count 1");
    assert!(t.look(|s| s.screen().alternate_screen()));
    t.keys("q");
    t.wait_for(|s: &pty::Shown| s.text().trim_end().ends_with("shell>"));
    t.keys("exit<Enter>");
    t.exit_code();
    t.assert_clean();
}

#[test]
fn without_a_shell_it_is_not_suspended() {
    let mut t = started();
    t.keys("<C-z>");
    t.wait_for("cannot be suspended");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn without_a_terminal_it_says_so() {
    let mut command = std::process::Command::new(std::env::current_exe().expect("this test binary"));
    command.args(PROGRAM_ARGS).env(IS_PROGRAM, "1").stdin(std::process::Stdio::null());
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("needs a terminal"), "{said}");
    assert!(!output.stdout.contains(&0x1b), "nothing is sent to what is no terminal");
}

/// The program under test: draws what came in.
#[test]
#[ignore = "started by the other tests"]
fn the_program() {
    if std::env::var_os(IS_PROGRAM).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let code = runtime.block_on(program());
    // What still runs must not outlive the program.
    runtime.shutdown_background();
    std::process::exit(code.into());
}

#[derive(Default)]
struct Seen {
    count: usize,
    said: String,
    flood: bool,
}

async fn program() -> u8 {
    let mut signals = Signals::new().unwrap();
    let options = Options { mouse: true, title: Some(Text::new("nightdesk")) };
    let guard = match Guard::enter(&options) {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("{error}");
            return 2;
        }
    };
    let mut panicked = guard.panicked();
    let mut inputs = Inputs::open().unwrap();
    let mut screen = output::open(guard.lease()).unwrap();
    let mut seen = Seen::default();
    let ignores_hang_up = std::env::var_os("IGNORE_HANG_UP").is_some();
    loop {
        let behind = match draw(&mut screen, &seen) {
            Ok(drawn) => drawn == Drawn::Behind,
            Err(_) => return 129,
        };
        tokio::select! {
            biased;
            _ = screen.sink().ready(), if behind => {}
            _ = panicked.wait_for(|p| *p) => return 101,
            signal = signals.next() => match signal {
                Signal::HangUp if ignores_hang_up => {}
                Signal::Continue => {
                    screen.repaint();
                    if guard.resume().is_err() {
                        return 129;
                    }
                }
                Signal::Resize => {}
                Signal::Suspend => suspend(&guard, &mut seen),
                ends => return ends.exit_code().unwrap(),
            },
            input = inputs.recv() => match input {
                RawInput::Gone => return 129,
                RawInput::Key(key) => {
                    match key.code {
                        Code::Char('z') if key.ctrl => suspend(&guard, &mut seen),
                        Code::Char('q') => return 0,
                        Code::Char('m') => panic!("panic in the program"),
                        Code::Char('t') => drop(std::thread::spawn(|| panic!("panic in a thread"))),
                        Code::Char('a') => drop(tokio::spawn(async { panic!("panic in a task") })),
                        Code::Char('d') => {
                            guard.lease().write(b"\x1b[5n").unwrap();
                            panic!("panic behind a question");
                        }
                        Code::Char('j') => seen.count += 1,
                        Code::Char('f') => seen.flood = !seen.flood,
                        Code::Char('e') => std::fs::write(std::env::var_os("SIGN").unwrap(), "").unwrap(),
                        _ => {}
                    }
                }
                RawInput::Paste(text) => seen.said = format!("paste {text}"),
                _ => {}
            },
        }
    }
}

fn suspend(guard: &Guard, seen: &mut Seen) {
    if signals::can_stop() {
        guard.suspend();
        signals::stop().unwrap();
    } else {
        seen.said = "cannot be suspended".into();
    }
}

fn draw(screen: &mut Screen<TerminalSink>, seen: &Seen) -> std::io::Result<Drawn> {
    screen.draw(|frame| {
        let size = frame.area().as_size();
        let fill = if seen.flood { "f" } else { "o" }.repeat(size.width.into());
        for area in frame.area().rows().skip(4) {
            Line::raw(fill.as_str()).render(area, frame.buffer_mut());
        }
        let lines =
            ["ready".to_owned(), size.to_string(), format!("count {}", seen.count), seen.said.clone()];
        for (line, area) in lines.into_iter().zip(frame.area().rows()) {
            Line::raw(line).render(area, frame.buffer_mut());
        }
    })
}
