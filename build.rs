//! How the program is linked: nothing else is made here.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The functions that run on an ordinary evening, as `link/often.sh` finds them.
const OFTEN: &str = "link/often.txt";

/// What the C library is told of memory: that is no business of Rust's, and few lines of C.
const HEAP: &str = "link/heap.c";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={OFTEN}");
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTC_LINKER"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    // Tables are full of addresses; packed, these take 5 kilobytes of the program instead of 360. Linkers that do not
    // know it say so and go on.
    println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    println!("cargo:rerun-if-changed={HEAP}");
    for object in cc::Build::new().file(HEAP).warnings_into_errors(true).compile_intermediates() {
        println!("cargo:rustc-link-arg-bins={}", object.display());
    }
    // What runs is brought into memory with what stands around it. Where all of it stands together, a desk takes half
    // as many pages of the program.
    if is("PROFILE", "release")
        && let Some(script) = env::var_os("OUT_DIR").and_then(|out| together(Path::new(&out)))
    {
        for argument in ["-Xlinker", "-T", "-Xlinker", &script.display().to_string()] {
            println!("cargo:rustc-link-arg-bins={argument}");
        }
    }
}

/// Writes a script for the linker that puts the functions that run often side by side. None where the linker does not
/// understand it: the program is the same without.
fn together(out: &Path) -> Option<PathBuf> {
    let names = fs::read_to_string(OFTEN).ok()?;
    let mut script = String::from("SECTIONS {\n  .text.often : {\n");
    for name in names.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        // Names from Rust end with a hash that is another one with every version.
        let rest = if name.starts_with("_ZN") { "17h*" } else { "" };
        writeln!(script, "    *(.text.{name}{rest} .text.unlikely.{name}{rest})").ok()?;
    }
    script.push_str("  }\n} INSERT BEFORE .text;\n");
    let path = out.join("often.ld");
    fs::write(&path, script).ok()?;
    is_understood(out, &path).then_some(path)
}

/// Whether a program that does nothing can be linked with the script, by the linker that will link this one.
fn is_understood(out: &Path, script: &Path) -> bool {
    let empty = out.join("empty.rs");
    let (Some(rustc), Some(target)) = (env::var_os("RUSTC"), env::var_os("TARGET")) else { return false };
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let linker = env::var_os("RUSTC_LINKER").map(|linker| {
        let mut argument = OsString::from("-Clinker=");
        argument.push(linker);
        argument
    });
    let mut command = Command::new(rustc);
    command.args(flags.split('\x1f').filter(|flag| !flag.is_empty())).args(linker);
    command.arg("--target").arg(target).arg("--crate-name=empty").arg("--crate-type=bin");
    for argument in ["-Xlinker", "-T", "-Xlinker", &script.display().to_string()] {
        command.arg(format!("-Clink-arg={argument}"));
    }
    command.arg("-o").arg(out.join("empty")).arg(&empty).stdout(Stdio::null()).stderr(Stdio::null());
    fs::write(&empty, "fn main() {}\n").is_ok() && command.status().is_ok_and(|status| status.success())
}
