//! What the terminal side of the program costs, beside others: `cargo bench --bench terminal`.
//!
//! The real program, an empty ratatui table and whichever of less, fzf, csvlens, htop and btm are installed run in
//! pseudo-terminals, one after the other in each round, so that a busy machine is unfair to none. All
//! figures are medians over rounds; what is measured is said in docs/performance.md.
//! `NIGHTDESK_BENCH_ROUNDS` sets the rounds, `NIGHTDESK_BENCH_BIN` another program to measure,
//! `NIGHTDESK_BENCH_STAYS` a further hotel, of so many stays.

mod busy;
mod empty;
mod line;

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use line::Line;
use nightdesk::sandbox::{Incident, Options, Sandbox};
use portable_pty::CommandBuilder;
use tokio::runtime::Runtime;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// In the environment of the empty table.
const IS_EMPTY: &str = "NIGHTDESK_BENCH_EMPTY";
const SIZE: (u16, u16) = (120, 40);
/// 20 kbit/s.
const SLOW: f64 = 2_500.0;
const KEYS: usize = 100;

/// A program under measurement.
struct Case {
    name: String,
    command: CommandBuilder,
    /// What its screen shows when it is filled.
    filled: &'static str,
    /// What zooms its list to the whole screen.
    zoom: &'static [u8],
    /// Whether two actions run while it is measured.
    acts: bool,
}

#[derive(Default)]
struct Figures {
    first: Vec<f64>,
    filled: Vec<f64>,
    paint: Vec<f64>,
    keys: Vec<f64>,
    worst: Vec<f64>,
    moved: Vec<f64>,
    scrolled: Vec<f64>,
    memory: Vec<f64>,
}

fn main() -> Result<()> {
    if std::env::var_os(IS_EMPTY).is_some() {
        return empty::run();
    }
    // Run as a test there is nothing to prove.
    if !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let rounds = std::env::var("NIGHTDESK_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let dir = std::env::temp_dir().join(format!("nightdesk-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let runtime = Runtime::new()?;
    let more = std::env::var("NIGHTDESK_BENCH_STAYS").ok().and_then(|n| n.parse().ok());
    let sizes: Vec<usize> = [400, 1_000, 10_000].into_iter().chain(more).collect();
    let mut hotels = Vec::new();
    for stays in &sizes {
        hotels.push(runtime.block_on(hotel(*stays))?);
    }
    let restless = runtime.block_on(busy::hotel(1_000))?;
    let mut cases = vec![empty_table()?];
    for (stays, hotel) in sizes.iter().zip(&hotels) {
        cases.push(nightdesk(&format!("nightdesk, {stays} stays"), hotel, &dir)?);
    }
    let name = "nightdesk, 1000 stays, news and two actions";
    cases.push(Case { acts: true, ..nightdesk(name, &restless, &dir)? });
    cases.extend(others(&dir)?);
    let mut figures: Vec<Figures> = cases.iter().map(|_| Figures::default()).collect();
    for round in 0..rounds {
        for n in 0..cases.len() {
            let at = (n + round) % cases.len();
            if let (Some(case), Some(figures)) = (cases.get(at), figures.get_mut(at)) {
                // What the round before began is unfinished for ever; it is not to be taken up.
                if case.acts && round > 0 {
                    std::fs::remove_dir_all(state(&case.name, &dir))?;
                }
                measure(case, figures, round).map_err(|e| format!("{}: {e}", case.name))?;
            }
        }
    }
    print(&cases, &figures)?;
    for case in cases.iter().take(2) {
        idle(case)?;
    }
    busy::news(&runtime, &dir)?;
    for case in cases.iter().take(2) {
        for zoomed in [false, true] {
            slow(case, zoomed)?;
        }
    }
    drop((hotels, restless));
    std::fs::remove_dir_all(dir)?;
    Ok(())
}

async fn hotel(stays: usize) -> Result<Sandbox> {
    let options = Options { rooms: stays, grants: stays, ..Options::default() };
    let hotel = Sandbox::start(options).await?;
    // Nothing happens by itself.
    hotel.control().incident(&Incident::Restless { on: false })?;
    Ok(hotel)
}

fn nightdesk(name: &str, hotel: &Sandbox, dir: &std::path::Path) -> Result<Case> {
    let program = std::env::var_os("NIGHTDESK_BENCH_BIN").map(PathBuf::from);
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_nightdesk").into());
    let mut command = CommandBuilder::new(program);
    command.arg("--state-dir");
    command.arg(state(name, dir));
    command.env("SEAM_ENDPOINT", hotel.endpoint());
    command.env("SEAM_API_KEY", hotel.api_key().reveal());
    Ok(Case { name: name.into(), command, filled: "1 of ", zoom: b"z", acts: false })
}

fn state(name: &str, dir: &std::path::Path) -> PathBuf {
    dir.join(name.replace([' ', ','], ""))
}

fn empty_table() -> Result<Case> {
    let mut command = CommandBuilder::new(std::env::current_exe()?);
    command.env(IS_EMPTY, "1");
    Ok(Case { name: "empty ratatui table".into(), command, filled: "a guest", zoom: b"", acts: false })
}

fn others(dir: &std::path::Path) -> Result<Vec<Case>> {
    let list = dir.join("list");
    let lines = (0..1_000).map(|n| format!("{n} a guest, {} until tomorrow\n", n * 7_919 % 1_000));
    std::fs::write(&list, lines.collect::<String>())?;
    let list = list.display().to_string();
    let table = dir.join("table.csv");
    let lines = (0..1_000).map(|n| format!("{n},a guest,until {}\n", n * 7_919 % 1_000));
    std::fs::write(&table, lines.collect::<String>())?;
    let table = table.display().to_string();
    let fzf = format!("exec fzf --bind j:down,k:up --layout=reverse < '{list}'");
    let known: [(&str, Vec<&str>, &'static str); 5] = [
        ("less", vec!["less", &list], "a guest"),
        ("fzf", vec!["sh", "-c", &fzf], "a guest"),
        ("csvlens", vec!["csvlens", "--no-headers", &table], "a guest"),
        ("htop", vec!["htop"], "PID"),
        ("btm", vec!["btm", "--default_widget_type", "proc"], "PID"),
    ];
    let installed = known.into_iter().filter(|(name, ..)| {
        std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).exists()))
    });
    Ok(installed
        .map(|(name, words, filled)| {
            let command = CommandBuilder::from_argv(words.into_iter().map(Into::into).collect());
            Case { name: name.into(), command, filled, zoom: b"", acts: false }
        })
        .collect())
}

fn measure(case: &Case, figures: &mut Figures, round: usize) -> Result<()> {
    let mut line = Line::open(case.command.clone(), SIZE, None)?;
    let first = line.wait_for("")?;
    let filled = line.wait_for(case.filled)?;
    figures.first.push(first.as_secs_f64() * 1e3);
    figures.filled.push(filled.as_secs_f64() * 1e3);
    // A large hotel is measured when it is read.
    line.wait_without("reading")?;
    line.settle(Duration::from_millis(1_500))?;
    figures.memory.extend(line.memory().map(|bytes| bytes as f64 / 1e6));
    if case.acts {
        busy::act(&mut line, round)?;
    }
    let (mut times, mut bytes) = (Vec::new(), Vec::new());
    for n in 0..KEYS {
        if let Some(answer) = line.press(if n % 8 < 4 { b"j" } else { b"k" })? {
            times.push(answer.first.as_secs_f64() * 1e3);
            bytes.push(answer.bytes as f64);
        }
    }
    figures.keys.push(quantile(&mut times, 0.5));
    figures.worst.push(quantile(&mut times, 0.99));
    figures.moved.push(quantile(&mut bytes, 0.5));
    if !case.zoom.is_empty() {
        line.send(case.zoom)?;
        figures.paint.push(line.settle(Duration::from_millis(100))? as f64);
    }
    line.send(&[b'j'; 60])?;
    line.settle(Duration::from_millis(100))?;
    let mut scrolled = Vec::new();
    for _ in 0..20 {
        scrolled.extend(line.press(b"j")?.map(|answer| answer.bytes as f64));
    }
    figures.scrolled.push(quantile(&mut scrolled, 0.5));
    Ok(())
}

/// Half a minute without a key.
fn idle(case: &Case) -> Result<()> {
    let mut line = Line::open(case.command.clone(), SIZE, None)?;
    line.wait_for(case.filled)?;
    line.settle(Duration::from_millis(3_000))?;
    let (began, switches, cpu) = (Instant::now(), line.switches(), line.cpu());
    let (mut bytes, mut frames) = (0, 0);
    while began.elapsed() < Duration::from_secs(30) {
        if let Some(piece) = line.next(Duration::from_millis(500))? {
            bytes += piece.bytes.len();
            frames += 1;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "idle: {}: {:.3} % of a processor, {:.2} wake-ups/s, {:.1} B/s, {frames} frames in {seconds:.0} s",
        case.name,
        (line.cpu() - cpu).as_secs_f64() / seconds * 100.0,
        (line.switches() - switches) as f64 / seconds,
        bytes as f64 / seconds,
    )?;
    Ok(())
}

/// `j` held for five seconds over a slow line: how long the cursor goes on after it was let go.
fn slow(case: &Case, zoomed: bool) -> Result<()> {
    let mut line = Line::open(case.command.clone(), SIZE, Some(SLOW))?;
    line.wait_for(case.filled)?;
    line.settle(Duration::from_millis(2_000))?;
    if zoomed {
        line.send(case.zoom)?;
        line.settle(Duration::from_millis(2_000))?;
    }
    let began = Instant::now();
    let (mut next, mut held) = (began, began);
    while began.elapsed() < Duration::from_secs(5) {
        held = Instant::now();
        line.send(b"j")?;
        next += Duration::from_millis(33);
        while let Some(left) = next.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            line.next(left)?;
        }
    }
    let (mut last, mut stopped, mut cursor) = (held, held, line.marked());
    while let Some(piece) = line.next(Duration::from_millis(400))? {
        last = piece.at;
        let marked = line.marked();
        if marked != cursor {
            (stopped, cursor) = (piece.at, marked);
        }
    }
    let after = |at: Instant| at.saturating_duration_since(held).as_millis();
    writeln!(
        std::io::stdout(),
        "20 kbit/s: {}{}: the cursor stops {} ms after the key was let go, the screen {} ms",
        case.name,
        if zoomed { ", zoomed" } else { "" },
        after(stopped),
        after(last),
    )?;
    Ok(())
}

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * part) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

fn print(cases: &[Case], figures: &[Figures]) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| at 120x40 | first frame ms | filled ms | key p50 ms | p99 ms | move B | scroll B | zoom B | MB |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for (case, f) in cases.iter().zip(figures) {
        write!(out, "| {} |", case.name)?;
        let columns = [
            (&f.first, 1),
            (&f.filled, 1),
            (&f.keys, 2),
            (&f.worst, 2),
            (&f.moved, 0),
            (&f.scrolled, 0),
            (&f.paint, 0),
            (&f.memory, 1),
        ];
        for (values, digits) in columns {
            let median = quantile(&mut values.clone(), 0.5);
            if median.is_nan() { write!(out, " - |")? } else { write!(out, " {median:.digits$} |")? }
        }
        writeln!(out)?;
    }
    Ok(())
}
