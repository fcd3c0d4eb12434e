//! The command of the configuration that tells others.
//!
//! It is told on its standard input, so that nothing of it can be seen among the processes of the host. Its
//! environment is clean, its output goes nowhere, and it may take ten seconds; then it goes, with everything
//! it has started. One runs at a time: who wants another waits for the end of this one.

use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::mpsc;

use crate::app::Event;
use crate::app::notify::News;
use crate::text::Text;

/// How long the command may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// What of the environment the command gets.
const KEPT: [&str; 3] = ["PATH", "HOME", "LANG"];

/// Runs the command.
#[derive(Clone, Debug)]
pub(super) struct Notifier {
    command: Arc<[String]>,
    patience: Duration,
    running: Arc<Mutex<Running>>,
}

/// What runs at the moment.
#[derive(Debug, Default)]
struct Running {
    child: Option<Child>,
    /// Whether nothing may begin any more.
    is_over: bool,
}

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
enum NotifyError {
    #[error("{program} cannot be started: {why}")]
    Start { program: Text, why: io::Error },
    #[error("{program} was stopped: it took longer than {} seconds", patience.as_secs())]
    TooLong { program: Text, patience: Duration },
    #[error("{program} ended with {how}")]
    Failed { program: Text, how: String },
    #[error("{program} was lost: {why}")]
    Lost { program: Text, why: io::Error },
}

impl Notifier {
    /// A notifier of this program with these arguments.
    pub(super) fn new(command: &[String]) -> Self {
        Self { command: command.into(), patience: PATIENCE, running: Arc::default() }
    }

    /// Tells the command, and says through `out` what became of it.
    pub(super) fn tell(&self, news: &News, out: mpsc::Sender<Event>) {
        let this = self.clone();
        let told = serde_json::to_vec(news).unwrap_or_default();
        tokio::task::spawn_blocking(move || {
            let why_not = this.run(told).err().map(|error| {
                tracing::warn!(%error, "the command in [notify] failed");
                Text::new(error.to_string())
            });
            let _ = out.blocking_send(Event::Notified(why_not));
        });
    }

    /// Ends what runs. Nothing begins afterwards.
    pub(super) fn stop(&self) {
        let mut running = lock(&self.running);
        running.is_over = true;
        if let Some(child) = &running.child {
            end(child);
        }
    }

    fn run(&self, told: Vec<u8>) -> Result<(), NotifyError> {
        let Some((program, arguments)) = self.command.split_first() else { return Ok(()) };
        let name = || Text::new(program);
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        command.envs(KEPT.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // A group of its own: what the keys of the terminal end does not end this, and it ends as a whole.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        {
            let mut running = lock(&self.running);
            if running.is_over {
                return Ok(());
            }
            let mut child = command.spawn().map_err(|why| NotifyError::Start { program: name(), why })?;
            let stdin = child.stdin.take();
            // Who does not read holds up only this thread, and that only for as long as it lives.
            thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&told)));
            running.child = Some(child);
        }
        let ended = self.wait().map_err(|why| NotifyError::Lost { program: name(), why })?;
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(NotifyError::Failed { program: name(), how: how(status) }),
            None => Err(NotifyError::TooLong { program: name(), patience: self.patience }),
        }
    }

    /// Waits for the end; none where it had to be ended. Who ends it and who sees its end hold the same
    /// lock, so that no number is ever killed that is another's by then.
    fn wait(&self) -> io::Result<Option<ExitStatus>> {
        let began = Instant::now();
        let mut is_late = false;
        loop {
            {
                let mut running = lock(&self.running);
                let Some(child) = &mut running.child else { return Ok(None) };
                let ended = child.try_wait();
                if !matches!(ended, Ok(None)) {
                    running.child = None;
                    return ended.map(|status| status.filter(|_| !is_late));
                }
                if !is_late && began.elapsed() >= self.patience {
                    is_late = true;
                    end(child);
                }
            }
            thread::sleep(LOOK);
        }
    }
}

/// Ends a process that has not been waited for, with its group.
fn end(child: &Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Only what has ended by itself cannot be ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no exit code".to_owned(),
    }
}

/// A thread that failed must not take the end of the program with it.
fn lock(running: &Mutex<Running>) -> MutexGuard<'_, Running> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    use crate::app::notify::NewAlert;
    use crate::property::Severity;

    fn notifier(script: &str, patience: Duration) -> Notifier {
        let command = ["/bin/sh", "-c", script].map(str::to_owned);
        Notifier { patience, ..Notifier::new(&command) }
    }

    const LONG: Duration = Duration::from_secs(60);

    fn place() -> PathBuf {
        let dir = std::env::temp_dir().join(format!("nightdesk-notifier-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        dir
    }

    /// Whether a process is there and has not ended.
    fn is_alive(pid: &str) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap().trim_start().starts_with('Z'))
    }

    fn until(what: &str, is: impl Fn() -> bool) {
        let began = Instant::now();
        while !is() {
            assert!(began.elapsed() < LONG, "{what} in vain");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn it_is_told_on_its_input_in_a_clean_environment() {
        let dir = place();
        let script = format!("cd {}; cat > told; env | cut -d= -f1 | sort > names", dir.display());
        notifier(&script, LONG).run(b"{\"version\":1}".to_vec()).unwrap();
        assert_eq!(fs::read_to_string(dir.join("told")).unwrap(), "{\"version\":1}");
        let names = fs::read_to_string(dir.join("names")).unwrap();
        // What a shell sets by itself.
        let set = ["PWD", "OLDPWD", "SHLVL", "_"];
        let given: Vec<&str> = names.lines().filter(|name| !set.contains(name)).collect();
        assert!(given.iter().all(|name| KEPT.contains(name)), "{given:?}");
        assert!(given.contains(&"PATH"));
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn what_hangs_ends_with_everything_it_has_started() {
        let dir = place();
        let script =
            format!("cd {}; sleep 1000 & echo $! > child.new; mv child.new child; wait", dir.display());
        let hanging = notifier(&script, Duration::from_millis(500));
        let said = hanging.run(vec![b' '; 1_000_000]).unwrap_err().to_string();
        assert!(said.starts_with("/bin/sh was stopped: it took longer than"), "{said}");
        let child = fs::read_to_string(dir.join("child")).unwrap();
        until("the end of its child", || !is_alive(&child));
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn what_it_prints_goes_nowhere_and_holds_nothing_up() {
        let loud = "head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2";
        notifier(loud, LONG).run(vec![b' '; 1_000_000]).unwrap();
    }

    #[test]
    fn what_is_not_there_and_what_fails_is_said() {
        let absent = Notifier::new(&["/nowhere/page".to_owned()]);
        let said = absent.run(Vec::new()).unwrap_err().to_string();
        assert!(said.starts_with("/nowhere/page cannot be started: "), "{said}");
        let said = notifier("exit 7", LONG).run(Vec::new()).unwrap_err().to_string();
        assert_eq!(said, "/bin/sh ended with exit code 7");
        let said = notifier("kill -9 $$", LONG).run(Vec::new()).unwrap_err().to_string();
        assert_eq!(said, "/bin/sh ended with signal 9");
    }

    #[test]
    fn the_end_of_the_program_is_its_end() {
        let dir = place();
        let script = format!("cd {}; echo $$ > pid.new; mv pid.new pid; exec sleep 1000", dir.display());
        let hanging = notifier(&script, LONG);
        let runs = thread::spawn({
            let hanging = hanging.clone();
            move || hanging.run(Vec::new())
        });
        until("the command", || dir.join("pid").exists());
        let pid = fs::read_to_string(dir.join("pid")).unwrap();
        hanging.stop();
        assert!(runs.join().unwrap().is_err());
        assert!(!is_alive(&pid));
        assert!(hanging.run(Vec::new()).is_ok(), "nothing begins any more");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn the_form_of_the_news_is_known() {
        let alert = NewAlert {
            id: "battery:lock:d1".into(),
            severity: Severity::P1,
            room: Some("412".into()),
            sentence: "the battery is critical".into(),
            since: "2026-11-22T02:10:00Z".parse().unwrap(),
        };
        let at = "2026-11-22T02:14:00Z".parse().unwrap();
        let news = News {
            version: 1,
            property: "Harbour Hotel".into(),
            at,
            open_p1: 2,
            alerts: vec![alert],
            more: 0,
        };
        let json = r#"{"version":1,"property":"Harbour Hotel","at":"2026-11-22T02:14:00Z","open_p1":2,"alerts":[{"id":"battery:lock:d1","severity":"P1","room":"412","sentence":"the battery is critical","since":"2026-11-22T02:10:00Z"}],"more":0}"#;
        assert_eq!(serde_json::to_string(&news).unwrap(), json);
    }
}
