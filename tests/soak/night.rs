//! The night: the hotel is here, the desk is another process.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Control, Options, Sandbox};
use serde_json::{Value, json};

use crate::books::{Takes, are_complete, takes};
use crate::chance::Chance;
use crate::desk::{CHILD, MARK};
use crate::facts::{differences, so};
use crate::trouble::strike;

/// Virtual seconds a second.
const SPEED: f64 = 600.0;
/// No desk needs more than this.
const MOST: Takes = Takes { memory: 220.0, files: 96 };

/// After so long nothing that a killed desk held is held any more, and a living one has seen it.
const HELD: Duration = Duration::from_secs(6);

/// After so long it is said what everybody waits for.
const SLOW: Duration = Duration::from_secs(12);

/// How long a night is, and how much happens in it.
pub struct Length {
    /// Virtual hours.
    pub hours: f64,
    /// Virtual hours between two quiet points.
    pub quiet_every: f64,
    /// How often the desk is killed.
    pub kills: usize,
    /// Until which part of the night: the last desk lives long enough to show whether it grows.
    pub killed_until: f64,
}

/// How long to wait for what must come about, in real time.
fn patience() -> Duration {
    let factor = std::env::var("NIGHTDESK_TEST_PATIENCE").ok().and_then(|f| f.parse().ok()).unwrap_or(1.0);
    Duration::from_secs(90).mul_f64(factor)
}

/// A desk, and the way to talk to it.
struct Desk {
    process: Child,
    orders: ChildStdin,
    reports: Receiver<Value>,
    asked: u64,
}

impl Desk {
    fn open(sandbox: &Sandbox, dir: &std::path::Path, seed: u64) -> Self {
        let now = sandbox.control().now().timestamp_millis();
        let told = json!({
            "endpoint": sandbox.endpoint(), "key": sandbox.api_key().reveal(), "dir": dir, "seed": seed, "now": now,
        });
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_desk_of_the_night", "--nocapture"])
            .env(CHILD, told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, reports) = channel();
        let out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let report = line.strip_prefix(MARK).and_then(|json| serde_json::from_str(json).ok());
                if report.is_some_and(|report| tell.send(report).is_err()) {
                    break;
                }
            }
        });
        let orders = process.stdin.take().unwrap();
        Self { process, orders, reports, asked: 0 }
    }

    fn tell(&mut self, order: &Value) {
        if let Err(e) = writeln!(self.orders, "{order}") {
            panic!("the desk is gone: {e}: {:?}", self.process.wait());
        }
    }

    fn tell_time(&mut self, control: &Control) {
        self.tell(&json!({"now": control.now().timestamp_millis()}));
    }

    fn report(&mut self) -> Value {
        self.asked += 1;
        let asked = self.asked;
        self.tell(&json!({"report": asked}));
        loop {
            match self.reports.recv_timeout(patience()) {
                Ok(report) if report["report"] == asked => return report,
                Ok(_) => {}
                Err(e) => panic!("the desk says nothing any more: {e}: {:?}", self.process.try_wait()),
            }
        }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn goes_home(mut self) {
        drop(self.orders);
        let ended = self.process.wait().unwrap();
        assert!(ended.success(), "{ended}");
    }
}

struct Night {
    control: Control,
    chance: Chance,
    began: Instant,
    /// When the last desk was killed.
    killed_at: Option<Instant>,
}

impl Night {
    /// Lets `hours` of the night pass, with trouble.
    fn pass(&mut self, desk: &mut Desk, hours: f64) {
        let until = self.control.now() + chrono::TimeDelta::seconds((hours * 3_600.0) as i64);
        let mut next = self.control.now();
        while self.control.now() < until {
            desk.tell_time(&self.control);
            if self.control.now() >= next {
                strike(&self.control, &mut self.chance);
                let minutes = i64::try_from(1 + self.chance.below(6)).unwrap();
                next = self.control.now() + chrono::TimeDelta::minutes(minutes);
            }
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// Nothing fails any more, everything begun comes to an end, and then the desk believes what is so.
    fn comes_to_rest(&mut self, desk: &mut Desk) {
        self.control.clear_faults();
        desk.tell(&json!({"acts": false}));
        let by = Instant::now() + patience();
        let mut slow = Instant::now() + SLOW;
        // What a killed desk held is held for some seconds more: nothing is left over only after them.
        let earliest = self.killed_at.map_or(by - patience(), |at| at + HELD);
        loop {
            desk.tell_time(&self.control);
            let report = desk.report();
            if report["busy"] == false && Instant::now() > earliest {
                break;
            }
            assert!(Instant::now() < by, "what the desk began never ends: {}", report["at"]);
            if Instant::now() > slow {
                self.says(&format!("still at {}", report["at"]));
                slow = Instant::now() + SLOW;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        self.control.freeze(true);
        let by = Instant::now() + patience();
        loop {
            desk.tell_time(&self.control);
            desk.tell(&json!({"poll": true}));
            std::thread::sleep(Duration::from_millis(150));
            let report = desk.report();
            let believed: Vec<String> = serde_json::from_value(report["lines"].clone()).unwrap();
            let different = differences(&believed, &so(&self.control.truth(), &believed));
            if different.is_empty() {
                for pane in report["panes"].as_array().unwrap() {
                    assert_eq!(pane[1], pane[2], "{} shows other rows than there are", pane[0]);
                }
                break;
            }
            assert!(Instant::now() < by, "the desk and the hotel differ:\n{}", different.join("\n"));
        }
        self.control.freeze(false);
    }

    fn says(&self, words: &str) {
        println!(
            "{:>6.1}s  {}  {words}",
            self.began.elapsed().as_secs_f64(),
            self.control.now().format("%H:%M")
        );
    }
}

/// Lives through a night.
pub fn live_through(seed: u64, length: &Length) {
    println!("seed {seed}: NIGHTDESK_SOAK_SEED={seed} repeats this night");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let dir = Dir::new();
    let options = Options {
        rooms: 60,
        grants: 56,
        seed,
        speed: SPEED,
        now: "2026-11-22T18:00:00Z".parse().ok(),
        ..Options::default()
    };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let mut night = Night {
        control: sandbox.control(),
        chance: Chance::new(seed),
        began: Instant::now(),
        killed_at: None,
    };
    let mut desk = Desk::open(&sandbox, &dir.0, seed);
    let parts = (length.hours / length.quiet_every).round() as usize;
    let mut first: Option<Takes> = None;
    let mut killed = 0;
    for part in 0..parts {
        // A kill falls somewhere into the part.
        let due = (part as f64 / parts as f64) < length.killed_until;
        let share =
            (length.kills as f64 * (part + 1) as f64 / (parts as f64 * length.killed_until)).ceil() as usize;
        let kills = if due { share.min(length.kills) - killed } else { 0 };
        let slice = length.quiet_every / (kills + 1) as f64;
        for _ in 0..kills {
            night.pass(&mut desk, slice);
            desk.kill();
            killed += 1;
            night.killed_at = Some(Instant::now());
            night.says("the desk is killed");
            first = None;
            desk = Desk::open(&sandbox, &dir.0, seed ^ u64::try_from(killed).unwrap());
        }
        night.pass(&mut desk, slice);
        night.comes_to_rest(&mut desk);
        let now = takes(desk.process.id());
        night.says(&format!("all is quiet, and as the desk believes; it takes {now:?}"));
        if let Some(now) = now {
            assert!(now.memory < MOST.memory && now.files < MOST.files, "the desk takes {now:?}");
            let first = first.get_or_insert(now);
            let grown = now.memory > first.memory * 1.5 + 24.0 || now.files > first.files + 32;
            assert!(!grown, "the desk grows: from {first:?} to {now:?}");
        }
        if part + 1 < parts {
            desk.tell(&json!({"acts": true}));
        }
    }
    assert_eq!(killed, length.kills);
    let frames = desk.report()["frames"].as_u64().unwrap_or_default();
    desk.goes_home();
    let truth = night.control.truth();
    let runs = runtime.block_on(are_complete(&dir.0, &truth));
    assert!(runs > 0 && frames > 0, "nobody did anything");
    night.says(&format!("{runs} runs in the journal, all at an end; changes: {}", truth["applied"]));
    runtime.block_on(sandbox.shutdown());
}

/// A directory of its own that goes with the night.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("nightdesk-soak-{}", IntentId::fresh())))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
