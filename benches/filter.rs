//! How long after a typed character the first matches are on the screen, the longest time a key has to wait
//! meanwhile, and how long the whole list takes.
//!
//! With an argument `--rows FILE` it writes the texts that are looked through into a file, one a line, to be
//! compared with another filter on the same rows.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

mod house;

use std::time::{Duration, Instant};

use house::{Screen, press};
use nightdesk::app::rows;

const TYPED: [&str; 6] = ["okafor", "berg 4", "zofia", "99", "haddad12", "mar el"];

fn middle(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    let at = (times.len() as f64 * part) as usize;
    times.get(at.min(times.len().saturating_sub(1))).map_or(0.0, |t| t.as_secs_f64() * 1_000.0)
}

fn measure(n: usize) {
    let mut app = house::desk(n);
    let screen = Screen::new();
    let (mut first, mut slices, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for typed in TYPED.iter().cycle().take(12) {
        press(&mut app, "/");
        for c in typed.chars() {
            let began = Instant::now();
            press(&mut app, &house::named(c));
            let mut seen = false;
            let mut slice = began.elapsed();
            loop {
                if !seen && (!app.board.guests.rows().is_empty() || !app.board.is_searching()) {
                    screen.frame(&mut app);
                    first.push(began.elapsed());
                    seen = true;
                }
                slices.push(slice);
                if !app.board.is_searching() {
                    break;
                }
                let from = Instant::now();
                app.board.search_on(&app.property);
                slice = from.elapsed();
            }
            whole.push(began.elapsed());
        }
        press(&mut app, "Esc");
        app.board.search_out(&app.property);
    }
    println!(
        "{n:>9} stays  first matches p50 {:.2} ms p99 {:.2} ms  a key waits p50 {:.2} ms at most {:.2} ms  whole list p50 {:.1} ms",
        middle(&mut first, 0.5),
        middle(&mut first, 0.99),
        middle(&mut slices, 0.5),
        middle(&mut slices, 1.0),
        middle(&mut whole, 0.5),
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--rows") {
        let file = arguments.get(at + 1).expect("a file");
        let hotel = house::house(100_000);
        let mut all = String::new();
        for stay in hotel.stays() {
            rows::stay_text(stay, &mut all);
            all.push('\n');
        }
        std::fs::write(file, all).expect("the rows");
        return;
    }
    for n in house::sizes() {
        measure(n);
    }
}
