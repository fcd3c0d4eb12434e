//! The login that opens the desk and nothing else: the example of the configuration, in a real sshd on this host, and
//! whatever a person with the key could try.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nightdesk::sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

use crate::pty::{Start, Terminal, patience};
use crate::{PROGRAM, Place, file, tool};

const EXAMPLE: &str = "packaging/sshd_config.d/nightdesk.conf";

/// A server, a hotel behind the login, and the key for it.
struct House {
    place: Place,
    server: Child,
    port: u16,
    runtime: Runtime,
    hotel: Option<Sandbox>,
}

/// The example, as it is for whoever runs the test.
fn config(place: &Place) -> String {
    let me = whoami::username().unwrap();
    let path = |name: &str| place.path(name).display().to_string();
    let changes = [
        ("Match User nightdesk", format!("Match User {me}")),
        ("/usr/bin/nightdesk", PROGRAM.to_owned()),
        ("/etc/nightdesk/config.toml", path("config.toml")),
        ("/var/lib/nightdesk", path("state")),
        ("/etc/ssh/nightdesk.keys", path("keys")),
    ];
    let mut example = file(EXAMPLE);
    for (from, to) in &changes {
        assert!(example.contains(from), "{EXAMPLE} has no {from}");
        example = example.replace(from, to);
    }
    example
}

/// What a server has before the example is read: as open as it can be, so that the example alone closes it.
fn open_server(place: &Place, port: u16) -> String {
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nPidFile none\nStrictModes no\nUsePAM no\n\
         AllowTcpForwarding yes\nX11Forwarding yes\nAcceptEnv LANG LC_*\nSubsystem sftp internal-sftp\n",
        place.path("host").display()
    )
}

/// The server's program, where it can be run here at all.
fn sshd(place: &Place) -> Option<PathBuf> {
    let (sshd, _) = (tool("sshd")?, tool("ssh")?);
    let made = |name: &str| {
        let path = place.path(name);
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path).status().unwrap()
    };
    assert!(made("host").success() && made("me").success());
    fs::copy(place.path("me.pub"), place.path("keys")).unwrap();
    fs::write(place.path("bare"), open_server(place, 22)).unwrap();
    let bare = checked(&sshd, &place.path("bare"));
    if !bare.status.success() {
        eprintln!("skipped: sshd cannot be run here: {}", String::from_utf8_lossy(&bare.stderr));
        return None;
    }
    Some(sshd)
}

fn checked(sshd: &Path, config: &Path) -> Output {
    Command::new(sshd).arg("-t").arg("-f").arg(config).output().unwrap()
}

#[test]
fn sshd_understands_the_example() {
    let place = Place::new();
    let Some(sshd) = sshd(&place) else { return };
    let whole = place.path("whole");
    fs::write(&whole, open_server(&place, 22) + &file(EXAMPLE)).unwrap();
    let output = checked(&sshd, &whole);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    fs::write(&whole, open_server(&place, 22) + &file(EXAMPLE).replace("PermitTTY", "PermitPTY")).unwrap();
    assert!(!checked(&sshd, &whole).status.success(), "a mistake is not told");
}

impl House {
    fn open() -> Option<Self> {
        let place = Place::new();
        let sshd = sshd(&place)?;
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 20, grants: 12, seed: 7, ..Options::default() };
        let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
        let key = place.path("seam.key");
        fs::write(&key, hotel.api_key().reveal()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let (endpoint, key) = (hotel.endpoint(), key.display().to_string());
        let property = format!("[properties.harbour]\nendpoint = {endpoint:?}\napi_key_file = {key:?}\n");
        fs::write(place.path("config.toml"), property).unwrap();
        // Free a moment ago; nobody else is likely to take it meanwhile.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(place.path("sshd_config"), open_server(&place, port) + &config(&place)).unwrap();
        let log = fs::File::create(place.path("log")).unwrap();
        let server = Command::new(sshd)
            .args(["-D", "-e", "-f"])
            .arg(place.path("sshd_config"))
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let house = Self { place, server, port, runtime, hotel: Some(hotel) };
        let deadline = Instant::now() + patience();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "sshd does not listen: {}", house.log());
            thread::park_timeout(Duration::from_millis(20));
        }
        Some(house)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.place.path("log")).unwrap_or_default()
    }

    /// What every client is told.
    fn options(&self) -> Vec<String> {
        let key = self.place.path("me").display().to_string();
        let all =
            ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "LogLevel=ERROR"];
        let options = all.iter().flat_map(|o| ["-o".to_owned(), (*o).to_owned()]);
        options.chain(["-F".into(), "none".into(), "-i".into(), key]).collect()
    }

    fn address(&self) -> String {
        format!("{}@127.0.0.1", whoami::username().unwrap())
    }

    /// A login with a terminal, which may ask for something.
    fn login(&self, more: &[&str], asked: &[&str]) -> Terminal {
        Start::new("ssh")
            .args(self.options())
            .args(["-p", &self.port.to_string(), "-tt"])
            .args(more)
            .arg(self.address())
            .args(asked)
            .size(120, 40)
            .spawn()
    }

    /// One without a terminal.
    fn asked(&self, more: &[&str], asked: &[&str]) -> Output {
        let mut command = Command::new("ssh");
        command.args(self.options()).args(["-p", &self.port.to_string()]).args(more);
        command.arg(self.address()).args(asked).stdin(Stdio::null());
        command.output().unwrap()
    }

    /// A file nobody should be able to make.
    fn mark(&self) -> PathBuf {
        self.place.path("mark")
    }

    fn is_untouched(&self, what: &str) {
        assert!(!self.mark().exists(), "{what} ran a command; {}", self.log());
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        if let Some(hotel) = self.hotel.take() {
            self.runtime.block_on(hotel.shutdown());
        }
    }
}

#[test]
fn a_login_opens_the_desk_whatever_it_asks_for() {
    let Some(house) = House::open() else { return };
    let touch = format!("touch {}", house.mark().display());
    let tries: [(&str, &[&str], &[&str]); 4] = [
        ("nothing", &[], &[]),
        ("a command", &[], &[&touch]),
        ("a command after another", &[], &["nightdesk;", &touch]),
        ("another hotel", &["-o", "SetEnv=SEAM_ENDPOINT=http://127.0.0.1:9 NIGHTDESK_CONFIG=/dev/null"], &[]),
    ];
    for (what, more, asked) in tries {
        let mut t = house.login(more, asked);
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        // There is no shell behind it to come back to.
        t.send(&[0x1a]);
        t.keys("?");
        t.wait_for("At the desk");
        t.send(&[0x1b]);
        t.wait_gone("At the desk");
        t.keys("q");
        assert_eq!(t.exit_code(), 0, "{what}");
        house.is_untouched(what);
    }
}

#[test]
fn without_a_terminal_nothing_opens_at_all() {
    let Some(house) = House::open() else { return };
    let touch = format!("touch {}", house.mark().display());
    for asked in [&[touch.as_str()][..], &["sh", "-c", &touch], &["nightdesk", "config", "path"]] {
        let output = house.asked(&[], asked);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"), "{output:?}");
        house.is_untouched("a command");
    }
    // A terminal whose kind is a command.
    let kind = format!("x$({touch})`{touch}`\";{touch};\"");
    let mut t = Start::new("ssh")
        .args(house.options())
        .args(["-p", &house.port.to_string(), "-tt", &house.address()])
        .env("TERM", kind)
        .size(120, 40)
        .spawn();
    t.wait_for("Harbour Hotel");
    t.keys("q");
    t.exit_code();
    house.is_untouched("the kind of the terminal");
}

#[test]
fn no_file_and_no_connection_goes_through_the_login() {
    let Some(house) = House::open() else { return };
    let endpoint = house.hotel.as_ref().unwrap().endpoint();
    let target = endpoint.trim_start_matches("http://");
    let through = house.asked(&["-W", target], &[]);
    assert_ne!(through.status.code(), Some(0), "{through:?}");
    assert!(String::from_utf8_lossy(&through.stderr).contains("forwarding failed"), "{through:?}");
    let Some(sftp) = tool("sftp") else { return };
    fs::write(house.place.path("file"), "x").unwrap();
    let mut copy = Command::new(sftp);
    copy.args(house.options()).args(["-P", &house.port.to_string(), "-b", "-"]).arg(house.address());
    let mut copy = copy.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let order = format!("put {} {}\n", house.place.path("file").display(), house.mark().display());
    let _ = copy.stdin.take().unwrap().write_all(order.as_bytes());
    let output = copy.wait_with_output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    house.is_untouched("sftp");
}
