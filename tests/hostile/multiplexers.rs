//! Inside tmux and GNU screen: each test is left out, and says so, where the program it needs is not installed.

use std::fs;
use std::path::Path;

use crate::house::place;
use crate::life::is_installed;
use crate::pty::{Start, Terminal};

const DEMO: &str = concat!(env!("CARGO_BIN_EXE_nightdesk"), " demo --rooms 24 --grants 20");

fn is_left_out(name: &str) -> bool {
    let missing = !is_installed(name);
    if missing {
        eprintln!("left out: {name} is not installed");
    }
    missing
}

/// Starts it with the dashboard inside, on a server and with files of its own.
fn inside(name: &str, args: &[&str], home: &Path) -> Terminal {
    Start::new(name)
        .args(args)
        .env("HOME", home)
        .env("TMUX_TMPDIR", home)
        .env("SCREENDIR", home)
        .env("LANG", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .env("NIGHTDESK_STATE_DIR", home)
        .env("XDG_CONFIG_HOME", home)
        .size(120, 40)
        .spawn()
}

/// Used and left: the multiplexer goes with the dashboard.
fn use_and_leave(mut t: Terminal, home: &Path) {
    t.wait_for("Harbour Hotel");
    t.wait_for("as of");
    t.wait_for("P1");
    t.keys("?");
    t.wait_for("j/k scroll");
    t.wait_gone("q quit");
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.resize(90, 30);
    t.wait_for("Guests");
    t.keys("q");
    t.exit_code();
    t.assert_cooked();
    let _ = fs::remove_dir_all(home);
}

#[test]
fn in_tmux_it_is_used_and_left() {
    if is_left_out("tmux") {
        return;
    }
    let home = place();
    use_and_leave(inside("tmux", &["-u", "-f", "/dev/null", "new-session", DEMO], &home), &home);
}

#[test]
fn in_screen_it_is_used_and_left() {
    if is_left_out("screen") {
        return;
    }
    let home = place();
    fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut args = vec!["-U", "-c", "/dev/null"];
    args.extend(DEMO.split(' '));
    use_and_leave(inside("screen", &args, &home), &home);
}
