//! What a stay takes of memory: the resident memory of a process that holds the whole program on houses of
//! different size, each in a process of its own.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

mod house;

use std::process::Command;

/// Resident memory of this process in bytes, where the system tells.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4_096
}

/// The resident memory of a process that holds `n` stays.
fn of(n: usize) -> usize {
    let own = std::env::current_exe().expect("this program");
    let out = Command::new(own).args(["--hold", &n.to_string()]).output().expect("a run");
    String::from_utf8_lossy(&out.stdout).trim().parse().unwrap_or(0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--hold") {
        let n = arguments.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(0);
        let app = house::desk(n);
        println!("{}", resident());
        drop(app);
        return;
    }
    let mut before = (400, of(400));
    println!("{:>9} stays  {:>7.1} MB in all", before.0, before.1 as f64 / 1e6);
    for n in house::sizes() {
        let now = of(n);
        println!(
            "{n:>9} stays  {:>7.1} MB in all  {:>5} bytes for each further stay",
            now as f64 / 1e6,
            now.saturating_sub(before.1) / (n - before.0),
        );
        before = (n, now);
    }
}
