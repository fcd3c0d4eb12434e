//! Leases against a model of them, in whatever order desks claim, renew, write, release, sleep and take over.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const NAMES: [&str; 3] = ["stay 118", "stay 102", "encoder desk1"];
const DESKS: usize = 3;

/// What a desk does next. Desks are numbered.
#[derive(Clone, Debug)]
enum Step {
    /// Claims some of the names for so many seconds.
    Claim(usize, Vec<usize>, u64),
    Renew(usize),
    Write(usize),
    Release(usize, bool),
    /// Everybody sleeps, or works elsewhere.
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let desk = 0..DESKS;
    let names = proptest::sample::subsequence(vec![0, 1, 2], 1..=3);
    prop_oneof![
        4 => (desk.clone(), names, 1..20_u64).prop_map(|(d, names, s)| Step::Claim(d, names, s)),
        2 => desk.clone().prop_map(Step::Renew),
        4 => desk.clone().prop_map(Step::Write),
        2 => (desk, any::<bool>()).prop_map(|(d, used)| Step::Release(d, used)),
        3 => (1..15_u64).prop_map(Step::Pass),
    ]
}

/// A claim as the model knows it.
#[derive(Clone, Debug)]
struct Held {
    number: usize,
    names: Vec<usize>,
    lasts: u64,
}

/// Who had a name last, until when, and when it was last used; all in seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Lease {
    number: usize,
    until: u64,
    used_at: Option<u64>,
}

#[derive(Default)]
struct Model {
    now: u64,
    claims: usize,
    leases: BTreeMap<usize, Lease>,
    /// The last claim of each desk.
    last: [Option<Held>; DESKS],
}

impl Model {
    /// How long ago any of the names was last used; or until when one of them is held, the first by name.
    fn claim(&mut self, desk: usize, names: &[usize], lasts: u64) -> Result<Option<u64>, u64> {
        let mut by_name = names.to_vec();
        by_name.sort_by_key(|n| NAMES[*n]);
        let of = |name: &usize| self.leases.get(name);
        if let Some(busy) = by_name.iter().filter_map(of).find(|lease| lease.until > self.now) {
            return Err(busy.until - self.now);
        }
        let used = names.iter().filter_map(|name| self.leases.get(name)?.used_at).max();
        self.claims += 1;
        for name in names {
            let lease = self.leases.entry(*name).or_default();
            (lease.number, lease.until) = (self.claims, self.now + lasts);
        }
        self.last[desk] = Some(Held { number: self.claims, names: names.to_vec(), lasts });
        Ok(used.map(|at| self.now - at))
    }

    /// The leases that still have the number of a claim.
    fn mine(&mut self, held: &Held) -> Vec<&mut Lease> {
        let number = held.number;
        self.leases.values_mut().filter(|lease| lease.number == number).collect()
    }

    fn renew(&mut self, desk: usize) -> Option<bool> {
        let held = self.last[desk].clone()?;
        let until = self.now + held.lasts;
        let mut mine = self.mine(&held);
        mine.iter_mut().for_each(|lease| lease.until = until);
        Some(mine.len() == held.names.len())
    }

    fn may_write(&mut self, desk: usize) -> Option<bool> {
        let (held, now) = (self.last[desk].clone()?, self.now);
        let alive = self.mine(&held).iter().filter(|lease| lease.until > now).count();
        Some(alive == held.names.len())
    }

    fn release(&mut self, desk: usize, used: bool) {
        let Some(held) = self.last[desk].clone() else { return };
        let now = self.now;
        for lease in self.mine(&held) {
            lease.until = 0;
            lease.used_at = if used { Some(now) } else { lease.used_at };
        }
    }
}

/// One order of things, against the model. Says how many facts are there in the end.
async fn follow(site: &Site, case: u64, steps: &[Step]) {
    let mut model = Model::default();
    let mut desks = Vec::new();
    for n in 0..DESKS {
        let journal = site.open().await;
        let run = intent(&format!("Guest {n}"), "118", 0);
        journal.begin(&run).await.unwrap();
        desks.push((journal, run.id, None::<Token>, 0_usize));
    }
    for step in steps {
        match step {
            Step::Pass(seconds) => {
                model.now += seconds;
                site.pass(Duration::from_secs(*seconds));
            }
            Step::Claim(desk, names, lasts) => {
                let (journal, run, token, _) = &mut desks[*desk];
                let names_here: Vec<String> = names.iter().map(|n| format!("{case} {}", NAMES[*n])).collect();
                let names_here: Vec<&str> = names_here.iter().map(String::as_str).collect();
                let wanted = Wanted { lasts: Duration::from_secs(*lasts), ..wanted(*run, &names_here) };
                let claim = journal.claim(&wanted).await.unwrap();
                match (model.claim(*desk, names, *lasts), claim) {
                    (Ok(want), Claim::Held { token: got, used }) => {
                        assert!(token.is_none_or(|before| before.number < got.number), "tokens only grow");
                        assert_eq!(used, want.map(Duration::from_secs));
                        *token = Some(got);
                    }
                    (Err(want), Claim::Busy { left, .. }) => assert_eq!(left, Duration::from_secs(want)),
                    (want, got) => panic!("{want:?}, and not {got:?}"),
                }
            }
            Step::Renew(desk) => {
                let (journal, _, token, _) = &desks[*desk];
                let Some(token) = token else { continue };
                assert_eq!(journal.renew(*token).await.unwrap(), model.renew(*desk).unwrap());
            }
            Step::Write(desk) => {
                let (journal, run, token, written) = &mut desks[*desk];
                let Some(token) = token else { continue };
                let wrote = journal.append(*run, *token, &fact(FactKind::Before)).await;
                match (model.may_write(*desk).unwrap(), wrote) {
                    (true, Ok(())) => *written += 1,
                    (false, Err(JournalError::Fenced)) => {}
                    (may, wrote) => panic!("may write: {may}, and {wrote:?}"),
                }
            }
            Step::Release(desk, used) => {
                let (journal, _, token, _) = &desks[*desk];
                let Some(token) = token else { continue };
                journal.release(*token, *used).await.unwrap();
                model.release(*desk, *used);
            }
        }
    }
    for (journal, run, _, written) in &desks {
        assert_eq!(journal.facts(*run).await.unwrap().len(), *written);
        journal.close().await;
    }
}

#[rstest]
fn leases_do_what_the_model_does_in_every_order(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(site) = runtime.block_on(Site::new(kind)) else { return };
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let mut runner =
        TestRunner::new(Config { cases: asked.unwrap_or(24), ..Config::with_source_file(file!()) });
    let case = std::cell::Cell::new(0);
    let orders = proptest::collection::vec(step(), 1..24);
    let tried = runner.run(&orders, |steps| {
        case.set(case.get() + 1);
        runtime.block_on(follow(&site, case.get(), &steps));
        Ok(())
    });
    tried.unwrap();
    runtime.block_on(async { site.open().await.check().await }).unwrap();
}
