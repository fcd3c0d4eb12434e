//! What the desks and the store take of the machine.

use std::fs;

use crate::cluster::Cluster;

/// The server's first process, and this one.
pub struct Machine {
    server: u32,
}

/// Ticks of the processor's time in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;
const PAGE: usize = 4_096;

impl Machine {
    pub fn of(cluster: &Cluster) -> Self {
        let pid = fs::read_to_string(cluster.dir().join("data/postmaster.pid")).expect("a server");
        Self { server: pid.lines().next().and_then(|pid| pid.trim().parse().ok()).expect("its number") }
    }

    /// The memory of this process, in bytes.
    pub fn resident(&self) -> usize {
        let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
        statm.split_whitespace().nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) * PAGE
    }

    fn server_processes(&self) -> Vec<u32> {
        let children = format!("/proc/{0}/task/{0}/children", self.server);
        let children = fs::read_to_string(children).unwrap_or_default();
        std::iter::once(self.server)
            .chain(children.split_whitespace().filter_map(|id| id.parse().ok()))
            .collect()
    }

    /// The memory of the server, what its processes share counted once, in bytes.
    pub fn store_resident(&self) -> usize {
        let of = |pid: u32| {
            let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|kb| kb.parse::<usize>().ok()).unwrap_or(0) * 1_024
        };
        self.server_processes().into_iter().map(of).sum()
    }

    /// How many connections it has.
    pub fn backends(&self) -> usize {
        let is_backend = |pid: &u32| {
            let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.contains("127.0.0.1")
        };
        self.server_processes().iter().filter(|pid| is_backend(pid)).count()
    }

    /// Seconds of the processor that this process and the server have used.
    pub fn used(&self) -> (f64, f64) {
        let of = |pid: &str| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let after = stat.rsplit_once(')').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
            let fields: Vec<f64> = after.split_whitespace().filter_map(|f| f.parse().ok()).collect();
            // Of the fields after the name the state is no number: utime and stime are the 11th and 12th that are.
            let ticks = fields.get(10).copied().unwrap_or(0.0) + fields.get(11).copied().unwrap_or(0.0);
            ticks / TICKS
        };
        let server = self.server_processes().iter().map(|pid| of(&pid.to_string())).sum();
        (of("self"), server)
    }
}
