//! The checklist: kept up by what changed, it is the one that would be made anew.

use chrono::TimeDelta;

use super::{hotel, now, record};
use crate::property::{Delta, Gone, Property, Severity, StayClass};
use crate::report::{About, Item, Night, Section};

fn open(night: &Night) -> Vec<Item> {
    Section::ALL.iter().flat_map(|section| night.open(*section)).cloned().collect()
}

/// The stay of the first open departure.
fn leaving(p: &Property, night: &Night) -> crate::property::StayId {
    let item = night.open(Section::Departures)[0];
    p.stay(item.stay.as_ref().unwrap()).unwrap().id.clone()
}

#[tokio::test]
async fn keeping_it_up_comes_to_the_same_as_making_it_anew() {
    let mut p = hotel().await;
    let mut night = Night::new(&p, now());
    let mut touched = 0;
    for step in 1..40 {
        let at = now() + TimeDelta::minutes(20 * step);
        let mut changed = p.advance(at);
        if step % 4 == 0 {
            let grant = p.grants().map(|g| g.id.clone()).min().unwrap();
            changed.merge(p.apply(Delta::Gone(Gone::Grant(grant)), at));
        }
        if step == 30 {
            changed.merge(p.roll(at));
        }
        touched += usize::from(night.update(&p, &changed, at));
        let anew = Night::new(&p, at);
        let (kept, made) = (open(&night), open(&anew));
        let odd: Vec<&Item> = kept.iter().filter(|i| !made.contains(i)).collect();
        let lacks: Vec<&Item> = made.iter().filter(|i| !kept.contains(i)).collect();
        assert!(odd.is_empty() && lacks.is_empty(), "at {at}\n{odd:#?}\n{lacks:#?}");
        assert_eq!(kept, made, "in the same order");
        let anew = anew.summary();
        assert_eq!((night.summary().open, night.summary().hygiene), (anew.open, anew.hygiene));
    }
    assert!(touched > 3 && night.summary().cleared > 0, "{touched} {:?}", night.summary());
    assert!(!night.update(&p, &crate::property::Changed::default(), p.now()), "nothing changed");
}

#[tokio::test]
async fn what_was_open_and_is_gone_is_cleared_and_the_journal_says_by_whom() {
    let mut p = hotel().await;
    let before: Vec<Item> = open(&Night::new(&p, now()));
    let stay = leaving(&p, &Night::new(&p, now()));
    let (name, room) = (p.stay(&stay).unwrap().name.clone(), p.stay(&stay).unwrap().room.clone());
    for grant in p.stay(&stay).unwrap().grants.clone() {
        p.apply(Delta::Gone(Gone::Grant(grant)), now());
    }
    let mut night = Night::after(&p, before, now());
    let id = stay.to_string();
    night.credit(&p, &[record(5, "check_out", (&id, &room, &name), Some("the access is revoked"))]);
    let cleared = night.cleared(Section::Departures);
    assert_eq!(cleared.len(), 1, "{cleared:?}");
    assert_eq!((&cleared[0].who, cleared[0].by.as_deref()), (&name, Some("maria")));
    assert!(matches!(cleared[0].id.about, About::Stay(_)), "the one that was seen open, once");
    // Without anybody having seen it open the journal alone says so.
    let mut night = Night::new(&p, now());
    night.credit(&p, &[record(5, "check_out", (&id, &room, &name), Some("the access is revoked"))]);
    assert_eq!(night.cleared(Section::Departures).len(), 1);
    assert_eq!(night.cleared(Section::Departures)[0].why.words(p.zone()).as_str(), "the access is revoked");
}

#[tokio::test]
async fn what_is_still_open_was_not_cleared_whatever_the_journal_says() {
    let p = hotel().await;
    let mut night = Night::new(&p, now());
    let id = leaving(&p, &night).to_string();
    night.credit(&p, &[record(5, "check_out", (&id, "1", "x"), Some("the access is revoked"))]);
    assert!(night.cleared(Section::Departures).is_empty());
}

#[tokio::test]
async fn an_action_nobody_has_settled_is_open() {
    let p = hotel().await;
    let mut night = Night::new(&p, now());
    let open = night.summary().open;
    night.credit(&p, &[record(2, "extend", ("s", "118", "Lindqvist, Per"), None)]);
    night.credit(&p, &[record(2, "extend", ("s", "118", "Lindqvist, Per"), None)]);
    assert_eq!(night.summary().open, open + 1, "once, however often the journal is read");
    let stuck = night.open(Section::Stuck);
    assert!(
        stuck.iter().any(|i| i.why.words(p.zone()).contains("extend by maria was interrupted")),
        "{stuck:?}"
    );
    night.credit(&p, &[record(2, "extend", ("s", "118", "Lindqvist, Per"), Some("done"))]);
    assert_eq!(night.summary().open, open);
}

#[tokio::test]
async fn every_class_stands_where_it_belongs() {
    let p = hotel().await;
    let night = Night::new(&p, now());
    let listed = |section: Section, class: StayClass| {
        night.open(section).iter().filter(|i| i.class == Some(class)).count()
    };
    let there = |class: StayClass| p.stays().filter(|s| s.class == class).count();
    for class in [StayClass::DueOut, StayClass::Overstay] {
        assert_eq!(listed(Section::Departures, class), there(class), "{class}");
    }
    assert_eq!(listed(Section::Arrivals, StayClass::DueIn), there(StayClass::DueIn));
    let no_shows = listed(Section::Arrivals, StayClass::NoShow) + night.open(Section::NoShows).len();
    assert_eq!(no_shows, there(StayClass::NoShow), "each in one of the two");
    // Every P1 is on the list: none is hidden.
    let p1 = p.alerts().filter(|a| a.severity == Severity::P1).count();
    let told = ["overstay", "stale-card", "cards-to-cut", "card-not-ready", "assign-tag", "screen-old"];
    let by_stay =
        p.alerts().filter(|a| a.severity == Severity::P1 && told.contains(&a.id.rule.name())).count();
    let as_alert = |i: &&Item| matches!(i.id.about, About::Alert(_)) && i.severity == Severity::P1;
    assert_eq!(open(&night).iter().filter(as_alert).count(), p1 - by_stay);
}
