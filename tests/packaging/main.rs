//! What packagers and administrators are given: the manual page, the completions, the units, the login that opens
//! the desk and nothing else. What needs a tool that is not there is skipped, and says so.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod login;
#[path = "../pty/mod.rs"]
mod pty;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use clap::CommandFactory;
use nightdesk::cli::Cli;

const PROGRAM: &str = env!("CARGO_BIN_EXE_nightdesk");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn file(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn said(args: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(args).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The tool, where it is there; else a word on standard error.
fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    let found = dirs.map(|dir| dir.join(name)).find(|at| at.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no {name} here");
    }
    found
}

/// A directory that goes with the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("nightdesk-packaging-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every command, with the words that call it and its own long options.
fn commands() -> Vec<(String, Vec<String>)> {
    fn walk(of: &clap::Command, path: &str, out: &mut Vec<(String, Vec<String>)>) {
        let own = of.get_arguments().filter(|arg| path == "nightdesk" || !arg.is_global_set());
        let options = own.filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
        out.push((path.to_owned(), options));
        for command in of.get_subcommands() {
            walk(command, &format!("{path} {}", command.get_name()), out);
        }
    }
    let mut out = Vec::new();
    walk(&Cli::command(), "nightdesk", &mut out);
    out
}

#[test]
fn the_manual_page_has_every_command_and_every_option_under_it() {
    let page = said(&["man"]).replace("\\-", "-");
    let sections: Vec<&str> = page.split("\n.SS ").collect();
    let all = commands();
    assert_eq!(sections.len(), all.len(), "a section a command:\n{page}");
    for ((path, options), section) in all.iter().zip(&sections) {
        // The first has what stands before the commands.
        assert!(path == "nightdesk" || section.starts_with(&format!("{path}\n")), "{path}: {section}");
        for option in options {
            assert!(section.contains(&format!("--{option}")), "{path} --{option} is not in\n{section}");
        }
    }
    for heading in [".SH ENVIRONMENT", ".SH FILES", ".SH EXIT STATUS"] {
        assert!(page.contains(heading), "{heading}");
    }
    // What a page of its own would be called, which there is not.
    assert!(!page.contains("nightdesk-audit"), "{page}");
}

#[test]
fn the_manual_page_can_be_set() {
    let Some(groff) = tool("groff") else { return };
    let place = Place::new();
    fs::write(place.path("nightdesk.1"), said(&["man"])).unwrap();
    let args = ["-man", "-ww", "-Tutf8", "-z"];
    let output = Command::new(groff).args(args).arg(place.path("nightdesk.1")).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn every_shell_is_told_every_command_and_option() {
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&["completions", shell]);
        for (path, options) in commands() {
            let command = path.rsplit(' ').next().unwrap();
            assert!(script.contains(command), "{shell} is not told {path}");
            for option in options {
                let wanted = if shell == "fish" { format!("-l {option}") } else { format!("--{option}") };
                assert!(script.contains(&wanted), "{shell} is not told {path} --{option}");
            }
        }
        let Some(shell) = tool(shell) else { continue };
        let place = Place::new();
        fs::write(place.path("script"), script).unwrap();
        let output = Command::new(shell).arg("-n").arg(place.path("script")).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn whoever_reads_only_the_beginning_is_no_error() {
    for args in [&["man"][..], &["completions", "bash"]] {
        let mut child =
            Command::new(PROGRAM).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}

/// What is below a directory of the repository, by its path there.
fn below(dir: &str) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(root().join(dir)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{dir}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            out.extend(below(&name));
        } else {
            out.push(name);
        }
    }
    out
}

#[test]
fn the_debian_package_has_what_is_there_and_leaves_no_example_out() {
    let manifest: toml::Table = file("Cargo.toml").parse().unwrap();
    let deb = manifest.get("package").and_then(|p| p.get("metadata")).and_then(|m| m.get("deb")).unwrap();
    let assets = deb.get("assets").and_then(toml::Value::as_array).unwrap();
    let assets: Vec<&str> = assets.iter().map(|a| a.get(0).and_then(toml::Value::as_str).unwrap()).collect();
    let built = file("packaging/build.sh");
    for asset in &assets {
        if let Some(made) = asset.strip_prefix("target/packaging/") {
            assert!(built.contains(&format!("\"$made/{made}\"")), "build.sh does not make {asset}");
        } else if let Some((dir, ending)) = asset.split_once("/*") {
            assert!(below(dir).iter().any(|name| name.ends_with(ending)), "{asset}: nothing is like that");
        } else if !asset.starts_with("target/release/") {
            assert!(root().join(asset).is_file(), "{asset} is not there");
        }
    }
    let changelog = deb.get("changelog").and_then(toml::Value::as_str).unwrap();
    let maintainer = deb.get("maintainer").and_then(toml::Value::as_str).unwrap();
    let entry = file(changelog);
    assert!(entry.starts_with(&format!("nightdesk ({}-1) ", env!("CARGO_PKG_VERSION"))), "{entry}");
    assert!(entry.contains(&format!("\n -- {maintainer}  ")), "{entry}");
    let licence = deb.get("license-file").and_then(|file| file.get(0)).and_then(toml::Value::as_str).unwrap();
    let is_told = |name: &str| name.ends_with(".sh") || [changelog, licence].contains(&name);
    for example in below("packaging").iter().filter(|name| !is_told(name)) {
        assert!(assets.contains(&example.as_str()), "{example} is not in the package");
    }
}

#[test]
fn the_scripts_can_be_read_by_a_shell() {
    for script in below("packaging").iter().filter(|name| name.ends_with(".sh")) {
        let output = Command::new("sh").arg("-n").arg(root().join(script)).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{script}: {output:?}");
    }
}

#[test]
fn systemd_understands_the_units() {
    let Some(systemd) = tool("systemd-analyze") else { return };
    let place = Place::new();
    let units: Vec<String> = below("packaging")
        .into_iter()
        .filter(|name| name.ends_with(".service") || name.ends_with(".timer"))
        .collect();
    assert_eq!(units.len(), 3);
    let verify = |change: &dyn Fn(String) -> String| -> Output {
        let mut command = Command::new(&systemd);
        command.args(["verify", "--man=no"]);
        for unit in &units {
            let path = place.path(unit.rsplit('/').next().unwrap());
            // The program is not installed where it will be.
            fs::write(&path, change(file(unit).replace("/usr/bin/nightdesk", PROGRAM))).unwrap();
            command.arg(path);
        }
        command.output().unwrap()
    };
    let told = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    // On a host without a running systemd it may say that, too.
    let about_units = |text: &str| text.lines().any(|line| line.contains("nightdesk-audit"));
    let good = verify(&|unit| unit);
    assert!(!about_units(&told(&good)), "{}", told(&good));
    let bad = verify(&|unit| unit.replace("NoNewPrivileges=yes", "NoNewPrivileges=perhaps"));
    if good.status.success() {
        assert!(about_units(&told(&bad)), "a mistake is not told: {}", told(&bad));
    }
    // The command of the unit is one that the program knows.
    let run = file("packaging/nightdesk-audit.service");
    let line = run.lines().find_map(|l| l.strip_prefix("ExecStart=/usr/bin/nightdesk ")).unwrap();
    let words = std::iter::once("nightdesk").chain(line.split_whitespace());
    Cli::command().try_get_matches_from(words).unwrap();
}

/// Where in the program another program is started.
fn starts(dir: &str) -> Vec<String> {
    let mut sources: Vec<String> = below(dir).into_iter().filter(|name| name.ends_with(".rs")).collect();
    sources.sort();
    sources
        .into_iter()
        .filter(|name| {
            let text = file(name);
            // Tests stand at the end of a file, or in a directory of their own.
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_test = name.contains("/tests/") || name.ends_with("/tests.rs");
            let signs = ["process::Command", "Command::new(", "execv", "fork("];
            !is_test
                && signs.iter().any(|sign| program.contains(sign))
                && !program.contains("use clap::{Command")
        })
        .collect()
}

#[test]
fn the_program_starts_only_what_the_configuration_names() {
    // The key command and the notification; no pager, no editor, no shell.
    assert_eq!(starts("src"), ["src/cli/notifier.rs", "src/config/property.rs"]);
}
