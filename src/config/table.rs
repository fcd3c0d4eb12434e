//! Every setting there is, once: what it is called, what it is where nobody says, what it means, and whether a
//! running program takes it up. `docs/configuration.md` and the file that `nightdesk config init` writes are
//! drawn from this table, and the tests hold it against what is really read.

mod more;

/// A part of the file.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its heading in the file; empty for what stands before the first.
    pub name: &'static str,
    /// What it is for.
    pub said: &'static str,
    /// What can be set in it.
    pub settings: &'static [Setting],
    /// The section that has the same settings and explains them, where one does.
    pub like: Option<&'static str>,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it is where nobody says, as TOML; empty where it is nothing.
    pub usual: &'static str,
    /// A value it could have, as TOML, where it usually has none.
    pub example: &'static str,
    /// What it means.
    pub said: &'static str,
    /// Whether it needs a restart: the running program goes on with what it was started with.
    pub at_start: bool,
}

const fn usual(name: &'static str, usual: &'static str, said: &'static str) -> Setting {
    Setting { name, usual, example: "", said, at_start: false }
}

const fn none(name: &'static str, example: &'static str, said: &'static str) -> Setting {
    Setting { name, usual: "", example, said, at_start: false }
}

const fn at_start(setting: Setting) -> Setting {
    Setting { at_start: true, ..setting }
}

/// The whole file.
pub const SECTIONS: &[Section] = &[
    Section { name: "", said: "The screen, and which property to open.", settings: GENERAL, like: None },
    Section {
        name: "properties.NAME",
        said: "A property. Any number of them, each under a name of its own; `property` or `--property` says which \
               is entered first, `P` shows all: docs/properties.md. Where there are several, what is said here comes \
               before SEAM_API_KEY and SEAM_ENDPOINT: no key opens another hotel than its own.",
        settings: PROPERTY,
        like: None,
    },
    Section {
        name: "keys",
        said: "Keys of one's own: the name of a command and a key, a sequence of keys (\"g g\") or a list of \
               them, in the place of its usual ones; an empty list takes them away. docs/keys.md has the names.",
        settings: KEYS,
        like: None,
    },
    Section {
        name: "columns",
        said: "Which columns the panes begin with, in order, `guest:30` for one that is 30 cells wide; who is at \
               the desk can choose others: docs/tables.md, which has their names.",
        settings: more::COLUMNS,
        like: None,
    },
    Section {
        name: "notify",
        said: "How the desk asks for attention: docs/alerts.md.",
        settings: NOTIFY,
        like: None,
    },
    Section {
        name: "thresholds",
        said: "When something is trouble: docs/alerts.md. Lengths of time are written 90s, 5m, 2h, 1d or 1h30m, \
               times of day 02:00, property time.",
        settings: more::THRESHOLDS,
        like: None,
    },
    Section {
        name: "properties.NAME.thresholds",
        said: "The same where it is another matter at one property: a garden hotel with slow bridges, a house \
               whose night ends later. What is not named here is as in `[thresholds]`.",
        settings: more::THRESHOLDS,
        like: Some("thresholds"),
    },
    Section {
        name: "cadence",
        said: "How often Seam is asked, from 1s to 1d. The events feed says what is out of date; the rest is \
               read in full now and then, in case an event went missing.",
        settings: more::CADENCE,
        like: None,
    },
    Section {
        name: "shared",
        said: "A PostgreSQL that several desks share in the place of the journal of each: docs/shared.md. Before both \
               comes NIGHTDESK_SHARED_URL.",
        like: None,
        settings: more::SHARED,
    },
    Section {
        name: "pms",
        said: "How the export of the property management system is read: docs/reports.md.",
        settings: more::PMS,
        like: None,
    },
];

const GENERAL: &[Setting] = &[
    usual("theme", "\"dark\"", "Colours: one of ten, or your own: docs/themes.md; `T` shows them."),
    at_start(usual("mouse", "false", "Whether clicks and the wheel go to the program.")),
    at_start(usual(
        "reduced_motion",
        "false",
        "Whether ages move on with the minute, not with every second.",
    )),
    at_start(usual("ascii", "false", "ASCII borders and signs.")),
    usual(
        "read_only",
        "false",
        "Everything is shown, nothing can be changed. Taken up at once where it begins, by a restart where it ends.",
    ),
    at_start(usual("ask_operator", "false", "Whether the desk asks at the start who is at it.")),
    at_start(none(
        "property",
        "\"harbour\"",
        "Which of the properties is entered first; all are shown at a glance where nobody says.",
    )),
];

const PROPERTY: &[Setting] = &[
    at_start(none(
        "endpoint",
        "\"https://connect.getseam.com\"",
        "Base address of the API, where it is another.",
    )),
    at_start(none(
        "api_key_file",
        "\"/etc/nightdesk/harbour.key\"",
        "A file with the API key that only its owner can read (chmod 600).",
    )),
    at_start(none("api_key_command", "\"pass show seam/harbour\"", "Or a command that prints it.")),
    at_start(none("api_key_env", "\"HARBOUR_SEAM_KEY\"", "Or the environment variable that holds it.")),
    at_start(none("time_zone", "\"Europe/Berlin\"", "Its time zone, where the API does not know it.")),
    none(
        "encoder",
        "\"Front desk 1\"",
        "Name or id of the encoder at this desk: offered first, and not asked for while nothing is wrong with it.",
    ),
    none(
        "colour",
        "\"blue\"",
        "What its name in the header is painted in, so that nobody acts on the wrong hotel: red, green, yellow, \
         blue, magenta or cyan.",
    ),
];

const KEYS: &[Setting] = &[];

const NOTIFY: &[Setting] = &[
    usual("bell", "true", "Whether the terminal's bell rings."),
    usual("osc", "\"none\"", "Whether the terminal shows a notification: \"none\", \"9\" or \"777\"."),
    at_start(usual("command", "[]", "A program that is told on its standard input, with its arguments.")),
    usual("min_severity", "\"P1\"", "The least that is told: \"P1\", \"P2\" or \"P3\"."),
    none("quiet_hours", "\"23:00-06:00\"", "When nothing of severity P3 is told."),
];
