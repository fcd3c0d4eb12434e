//! Several properties: what is told to whom, what is shown first, and that none disturbs another.

use chrono::{DateTime, TimeDelta, Utc};

use super::hotel::{Desk, night, read, stay};
use crate::app::App;
use crate::app::estate::{Deeds, Estate, HouseId, State};
use crate::app::key::Key;
use crate::app::layer::Layer;
use crate::app::notify::Notify;
use crate::app::pane::PaneKind;
use crate::app::{Effect, Event, Room};
use crate::config::NotifyConfig;
use crate::desk::{Outcome, Progress, ProgressKind, RunId, StepState};
use crate::property::{Delta, Fault, FaultKind, Gone, Records, Resource};
use crate::seam::id::GrantId;
use crate::text::Text;

const A: HouseId = HouseId(0);
const B: HouseId = HouseId(1);
const C: HouseId = HouseId(2);

fn named(desk: Desk, name: &str) -> App {
    let mut app = desk.app;
    app.among.name = Some(Text::new(name));
    app
}

/// Three properties: two of them read, of the third nothing yet.
struct Estates {
    estate: Estate,
    now: DateTime<Utc>,
}

impl Estates {
    fn entered(first: Option<usize>) -> Self {
        let (a, b) = (named(Desk::new(), "harbour"), named(Desk::new(), "hill"));
        let rest = vec![b, named(Desk::unread(), "moor")];
        Self { estate: Estate::several(a, rest, first), now: night() }
    }

    fn event(&mut self, house: HouseId, event: Event) -> Deeds {
        self.estate.update(house, self.now, event)
    }

    fn press(&mut self, keys: &str) -> Deeds {
        let mut last = Deeds::default();
        for name in keys.split_whitespace() {
            let key: Key = name.parse().unwrap();
            self.now += TimeDelta::milliseconds(500);
            last = self.event(self.estate.at(), Event::Key(key));
            let room = Room { panes: [10; 4], overlay: 10, overlay_end: Some(5) };
            self.event(self.estate.at(), Event::Drawn(room));
        }
        last
    }

    fn fails(&mut self, house: HouseId, words: &str) -> Deeds {
        let mut all = Deeds::default();
        for what in Resource::ALL {
            let why = Fault { kind: FaultKind::Auth, words: Text::new(words), request_id: None };
            let deeds =
                self.event(house, Event::Data(Delta::Failed { what, why, at: self.now, retry_at: None }));
            all.draw |= deeds.draw;
            all.list.extend(deeds.list);
        }
        all
    }

    fn app(&self, house: HouseId) -> &App {
        self.estate.house(house).unwrap()
    }

    fn order(&self) -> Vec<HouseId> {
        self.estate.overview().unwrap().rows.iter().map(|row| row.id).collect()
    }

    /// Begins to check somebody out at the property on the screen.
    fn begins(&mut self) -> RunId {
        let deeds = self.press("j x y");
        let Some((_, Effect::Run(run, ..))) = deeds.list.first() else { panic!("{deeds:?}") };
        *run
    }
}

fn guests(app: &App) -> usize {
    app.board.guests.rows().len()
}

fn says(app: &App) -> String {
    app.messages.current().map(|m| m.words.to_string()).unwrap_or_default()
}

#[test]
fn where_there_is_only_one_it_says_so() {
    let mut desk = Desk::new();
    assert!(desk.press("P").list.is_empty());
    assert!(desk.says().starts_with("property: there is only this one"), "{}", desk.says());
    let mut estate = Estate::single(Desk::new().app);
    estate.update(A, night(), Event::Key("P".parse().unwrap()));
    assert!(estate.overview().is_none());
}

#[test]
fn what_happens_at_one_is_told_to_that_one_alone() {
    let mut all = Estates::entered(Some(0));
    assert_eq!((guests(all.app(A)), guests(all.app(B))), (3, 3));
    let deeds = all.event(B, Event::Data(Delta::Gone(Gone::Grant(GrantId::new("g1")))));
    assert_eq!((guests(all.app(A)), guests(all.app(B))), (3, 2));
    assert!(!deeds.draw, "nothing on the screen changed");
    assert!(all.event(A, Event::Data(Delta::Gone(Gone::Grant(GrantId::new("g2"))))).draw);
    assert_eq!((guests(all.app(A)), guests(all.app(B))), (2, 2));
}

#[test]
fn the_property_that_was_asked_for_is_entered_first_and_otherwise_all_are_shown() {
    let all = Estates::entered(Some(1));
    assert_eq!((all.estate.at(), all.estate.open().name().as_str()), (B, "hill"));
    let mut all = Estates::entered(Some(0));
    assert!(all.press("P").draw && all.press("Esc").draw);
    assert!(!all.event(A, Event::Drawn(Room::default())).draw);
    let mut all = Estates::entered(None);
    assert!(all.estate.overview().is_some());
    assert!(
        all.press("Esc").list.is_empty() && all.estate.overview().is_some(),
        "there is nothing to go back to"
    );
    all.press("j Enter");
    assert!(all.estate.overview().is_none());
    all.press("P Esc");
    assert!(all.estate.overview().is_none());
}

#[test]
fn switching_leaves_everything_as_it_was() {
    let mut all = Estates::entered(Some(0));
    all.press("j e");
    assert!(matches!(all.app(A).top(), Some(Layer::Dialog(_))));
    all.press("Esc P j");
    let chosen = all.estate.overview().unwrap().at;
    let deeds = all.press("Enter");
    assert_eq!(deeds.list, [(A, Effect::Front(false)), (chosen, Effect::Front(true))]);
    assert_ne!(all.estate.at(), A);
    assert_eq!(all.app(A).selected_stay(), Some(stay("g2", "per")), "the cursor stays at its guest");
    all.press("P k");
    assert_eq!(all.estate.overview().unwrap().at, A);
    assert_eq!(all.press("Enter").list, [(chosen, Effect::Front(false)), (A, Effect::Front(true))]);
    all.press("e");
    assert!(matches!(all.app(A).top(), Some(Layer::Dialog(_))));
}

#[test]
fn a_page_that_is_open_is_still_open_on_return_but_no_secret_is() {
    let mut all = Estates::entered(Some(0));
    all.press("u");
    assert!(all.app(A).reveal.is_some());
    all.press("Enter P");
    assert!(all.estate.overview().is_some(), "{:?}", all.app(A).top());
    assert!(all.app(A).reveal.is_none());
    all.press("Esc");
    assert!(matches!(all.app(A).top(), Some(Layer::Details(_))));
}

#[test]
fn a_screen_that_holds_still_goes_on_when_it_is_left() {
    let mut all = Estates::entered(Some(0));
    all.press("f");
    all.event(A, Event::Data(Delta::Gone(Gone::Grant(GrantId::new("g1")))));
    assert_eq!(guests(all.app(A)), 3);
    all.press("P");
    assert_eq!(guests(all.app(A)), 2, "the overview tells what is");
}

#[test]
fn keys_and_pasted_text_never_reach_the_property_behind_the_overview() {
    let mut all = Estates::entered(Some(0));
    all.press("P");
    for key in ["x", "e", "y", "Space", "a", ":", "J", "u"] {
        assert!(all.press(key).list.is_empty(), "{key}");
    }
    all.event(A, Event::Paste("x".to_owned()));
    assert!(all.app(A).layers.is_empty() && all.app(A).reveal.is_none());
    assert!(all.app(A).messages.current().is_none());
}

#[test]
fn the_worst_comes_first_and_the_cursor_stays_with_its_property() {
    let mut all = Estates::entered(None);
    all.press("G");
    let at = all.estate.overview().unwrap().at;
    assert_eq!(at, C, "of which nothing is known, and nothing bad");
    assert!(all.fails(B, "no API key of its own").draw);
    assert_eq!(all.order().first(), Some(&B));
    assert!(all.fails(C, "others can read this API key").draw);
    assert_eq!(all.order(), [B, C, A]);
    assert_eq!(all.estate.overview().unwrap().at, C, "wherever it is sorted to");
    assert_eq!(all.press("Enter").list, [(A, Effect::Front(false)), (C, Effect::Front(true))]);
}

#[test]
fn one_that_is_broken_says_why_and_disturbs_no_other() {
    let mut all = Estates::entered(Some(0));
    let deeds = all.fails(B, "hill.key: cannot be read");
    assert!(!deeds.draw && deeds.list.is_empty(), "{deeds:?}");
    all.event(B, Event::Barred("the journal cannot be written".into()));
    assert!(!all.app(A).settings.read_only && all.app(B).settings.read_only);
    assert_eq!(all.app(A).refusal_of(crate::app::command::CommandId::Extend), None);
    assert_eq!(says(all.app(A)), "");
    all.press("P");
    let rows = &all.estate.overview().unwrap().rows;
    assert_eq!(rows[0].id, B);
    assert!(
        matches!(&rows[0].state, State::Offline(_, why) | State::Stale(_, Some(why)) if why.contains("hill.key"))
    );
    assert_eq!(rows[0].words().last().unwrap().as_str(), "the journal cannot be written");
    let good = rows.iter().find(|row| row.id == A).unwrap();
    assert!(matches!(good.state, State::AsOf(_)) && good.words().is_empty());
}

#[test]
fn an_action_goes_on_elsewhere_and_leaving_asks_about_it() {
    let mut all = Estates::entered(Some(0));
    let run = all.begins();
    all.press("Esc P");
    let to = if all.order().first() == Some(&B) { "g Enter" } else { "j Enter" };
    all.press(to);
    let here = all.estate.at();
    assert_ne!(here, A);
    assert_eq!(all.app(here).among.running(), 1);
    assert_eq!(all.app(A).among.running(), 0, "its own is not elsewhere");
    assert!(all.press("q").list.is_empty());
    assert!(matches!(all.app(here).top(), Some(Layer::Leave)));
    all.press("Esc P");
    assert!(all.press("q").list.is_empty());
    assert!(all.estate.overview().unwrap().leaving);
    assert!(all.press("Enter").list.is_empty(), "Enter stays");
    all.press("q");
    assert_eq!(all.press("y").list, [(here, Effect::Quit)]);
    all.press("Esc Esc");
    let at = all.now;
    let failed = StepState::Failed { words: "No card.".into(), next: "Put one.".into(), retry: true };
    let step = Progress { run, at, kind: ProgressKind::Step { index: 0, state: failed } };
    assert!(all.event(A, Event::Job(step)).draw, "the header says that it waits");
    assert_eq!(all.app(here).among.asking(), 1);
    let outcome = Outcome::Failed { words: "Stopped.".into(), next: "Begin again.".into() };
    assert!(all.event(A, Event::Job(Progress { run, at, kind: ProgressKind::Ended(outcome) })).draw);
    assert_eq!(all.app(here).among.running(), 0);
    assert_eq!(all.press("q").list, [(here, Effect::Quit)]);
}

#[test]
fn the_person_and_the_theme_are_the_same_everywhere() {
    let mut all = Estates::entered(Some(0));
    let deeds = all.press("O m a r i a Enter");
    let name = Some(Text::from("maria"));
    assert_eq!(deeds.list, [A, B, C].map(|id| (id, Effect::Operator(name.clone()))));
    assert!([A, B, C].iter().all(|id| all.app(*id).settings.operator == name));
    all.press("T j Enter");
    assert!([A, B, C].iter().all(|id| all.app(*id).settings.theme == "light"));
}

#[test]
fn the_window_is_named_after_what_it_shows() {
    let mut desks = [Desk::new(), Desk::new()];
    for desk in &mut desks {
        desk.app.notify = Notify::new(NotifyConfig::default());
    }
    let [a, b] = desks;
    let mut all = Estates {
        estate: Estate::several(named(a, "harbour"), vec![named(b, "hill")], Some(0)),
        now: night(),
    };
    let title = |deeds: Deeds| {
        deeds.list.into_iter().find_map(|(_, effect)| match effect {
            Effect::Title(title) => Some(title.to_string()),
            _ => None,
        })
    };
    assert_eq!(title(all.event(A, Event::Tick)).as_deref(), Some("(1 P1) nightdesk - harbour"));
    assert_eq!(title(all.event(B, Event::Tick)), None, "it is not on the screen");
    assert_eq!(title(all.press("P")).as_deref(), Some("(2 P1) nightdesk - 2 properties"));
    let other = if all.order().first() == Some(&B) { "g Enter" } else { "G Enter" };
    assert_eq!(title(all.press(other)).as_deref(), Some("(1 P1) nightdesk - hill"));
}

#[test]
fn polling_from_the_overview_polls_all() {
    let mut all = Estates::entered(None);
    let mut asked: Vec<HouseId> = all.press("Ctrl-R").list.into_iter().map(|(id, _)| id).collect();
    asked.sort();
    assert_eq!(asked, [A, B, C]);
}

#[test]
fn two_of_one_name_are_told_apart_by_the_configuration() {
    let mut all = Estates::entered(Some(0));
    let called = |name: &str| {
        let workspace = serde_json::json!({"workspace_id": name, "name": name, "is_sandbox": true});
        Event::Data(read(Records::Workspace(serde_json::from_value(workspace).unwrap())))
    };
    all.event(A, called("Seaside"));
    assert_eq!(all.app(A).name().as_str(), "Seaside");
    all.event(B, called("Seaside"));
    assert_eq!(
        [A, B, C].map(|id| all.app(id).name().as_str()),
        ["harbour: Seaside", "hill: Seaside", "moor"]
    );
    all.event(B, called("Hillside"));
    assert_eq!([A, B].map(|id| all.app(id).name().as_str()), ["Seaside", "Hillside"]);
}

#[test]
fn who_is_at_the_desk_is_asked_once() {
    let mut all = Estates::entered(Some(0));
    let asking = |desk: Desk, name: &str| {
        let mut app = named(desk, name);
        app.update(night(), Event::Key("O".parse().unwrap()));
        assert!(matches!(app.top(), Some(Layer::Operator(_))));
        app
    };
    let rest = vec![asking(Desk::new(), "hill")];
    all.estate = Estate::several(asking(Desk::new(), "harbour"), rest, Some(0));
    all.press("m Enter");
    assert!(all.app(A).layers.is_empty() && all.app(B).layers.is_empty());
}

#[test]
fn what_nobody_sees_is_not_drawn() {
    let mut all = Estates::entered(Some(0));
    all.press("P");
    all.now += TimeDelta::seconds(1);
    assert!(!all.event(A, Event::Tick).draw);
    let read = Event::Data(Delta::Checked { what: Resource::Events, as_of: all.now });
    assert!(all.event(B, read).draw, "its row tells how old it is");
}

#[test]
fn columns_are_taken_over_by_every_property_and_filters_by_none() {
    let mut all = Estates::entered(Some(0));
    all.press("o j Space s Enter");
    let of = |all: &Estates, id: HouseId| {
        let board = &all.estate.house(id).unwrap().board;
        (board.tables.layout(PaneKind::Guests).names(), board.sort_of(PaneKind::Guests))
    };
    let chosen = of(&all, A);
    assert_ne!(chosen, of(&Estates::entered(Some(0)), A));
    assert_eq!((of(&all, B), of(&all, C)), (chosen.clone(), chosen));
    all.press("/ a d a Ctrl-S m i n e Enter");
    let saved = |id: HouseId| all.estate.house(id).unwrap().board.tables.saved(PaneKind::Guests).len();
    assert_eq!((saved(A), saved(B), saved(C)), (1, 0, 0));
}
