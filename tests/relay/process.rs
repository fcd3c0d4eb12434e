//! A desk in a process of its own, to be stopped, paused and killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nightdesk::relay::Standing;
use nightdesk::secret::Secret;
use nightdesk::store::Server;
use rustix::process::{Pid, Signal, kill_process};

use crate::house::{Desk, House};

const URL: &str = "NIGHTDESK_TEST_DESK_URL";

/// What it said last.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub standing: String,
    pub digest: u64,
}

/// The process.
pub struct Other {
    child: Child,
    said: Arc<Mutex<Said>>,
}

impl Other {
    pub fn start(house: &House, who: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["process::a_desk_of_its_own", "--exact", "--nocapture"]);
        command.env(URL, &house.url).env("NIGHTDESK_TEST_DESK_WHO", who);
        command.env("NIGHTDESK_TEST_DESK_API", house.sandbox.endpoint());
        command.env("NIGHTDESK_TEST_DESK_KEY", house.sandbox.api_key().reveal());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Said::default()));
        let (lines, heard) = (BufReader::new(child.stdout.take().unwrap()), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if let Some((standing, digest)) = line.strip_prefix("desk ").and_then(|l| l.split_once(' ')) {
                    let digest = digest.trim().parse().unwrap();
                    *heard.lock().unwrap() = Said { standing: standing.to_owned(), digest };
                }
            }
        });
        Self { child, said }
    }

    pub fn said(&self) -> Said {
        self.said.lock().unwrap().clone()
    }

    pub fn is_polling(&self) -> bool {
        self.said().standing == "polling"
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process itself; nothing where it is run as a test.
#[test]
fn a_desk_of_its_own() {
    let Ok(url) = std::env::var(URL) else { return };
    let of = |name: &str| std::env::var(name).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // It ends with the test that started it.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_line(&mut String::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        let server = Server::parse(&Secret::new(url)).unwrap();
        let key = Secret::new(of("NIGHTDESK_TEST_DESK_KEY"));
        let desk =
            Desk::open(&server, &of("NIGHTDESK_TEST_DESK_API"), &key, &of("NIGHTDESK_TEST_DESK_WHO")).await;
        let mut last = String::new();
        loop {
            let standing = match desk.standing() {
                Standing::Looking => "looking",
                Standing::Polling => "polling",
                Standing::Following { .. } => "following",
                Standing::Away { .. } => "away",
            };
            let line = format!("desk {standing} {}", desk.digest());
            if line != last {
                // On a line of its own, whatever the test harness has begun.
                println!("\n{line}");
                let _ = std::io::stdout().flush();
                last = line;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}
