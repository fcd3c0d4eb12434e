//! `nightdesk man` and `nightdesk completions`: what packagers need, drawn from the command line itself.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Cli;

/// The parts no command line knows of: from docs/configuration.md and docs/reports.md.
const REST: &str = r".SH ENVIRONMENT
.TP
\fBSEAM_API_KEY\fR
The API key, unless the configuration has properties of its own.
.TP
\fBSEAM_ENDPOINT\fR
Base address of the API.
.TP
\fBNIGHTDESK_CONFIG\fR, \fBNIGHTDESK_STATE_DIR\fR, \fBNIGHTDESK_OPERATOR\fR
As \-\-config, \-\-state\-dir and \-\-operator, which come first.
.TP
\fBNIGHTDESK_SHARED_URL\fR
Address of the PostgreSQL that several desks share.
.TP
\fBNO_COLOR\fR
No colour, where it is set to anything.
.SH FILES
.TP
\fI$XDG_CONFIG_HOME/nightdesk/config.toml\fR
The configuration; usually in ~/.config. nightdesk config init writes a first one.
.TP
\fI$XDG_STATE_HOME/nightdesk/\fR
The journal (journal.db), the log (nightdesk.log) and what the screen remembers (view.toml); usually in
~/.local/state. For their owner only.
.SH EXIT STATUS
.TP
\fB0\fR
Done; for nightdesk audit: everything was read and nothing is open.
.TP
\fB1\fR
Something is open (nightdesk audit) or wrong (nightdesk doctor).
.TP
\fB2\fR
Usage, configuration or connection; for the commands that read: not everything could be read.
.TP
\fB130\fR, \fB143\fR, \fB129\fR
Ended by SIGINT, SIGTERM, SIGHUP.
";

/// The manual page: one for the program and all of its commands, with every option of each.
///
/// # Errors
/// None but those of memory.
pub(super) fn page() -> io::Result<Vec<u8>> {
    let mut whole = Cli::command();
    // Filled in by this: the names of commands within commands, and the arguments each inherits.
    whole.build();
    let man = Man::new(whole.clone()).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    writeln!(page, ".SH SYNOPSIS\n\\fBnightdesk\\fR [\\fIOPTIONS\\fR] [\\fICOMMAND\\fR]")?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    writeln!(page, ".SH COMMANDS\nThe options above are those of every command too.")?;
    commands(&whole, "nightdesk", &mut page)?;
    page.extend_from_slice(REST.as_bytes());
    Ok(page)
}

/// The commands of a command, one after another, and theirs.
fn commands(of: &Command, path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for command in of.get_subcommands().filter(|command| command.get_name() != "help") {
        let path = format!("{path} {}", command.get_name());
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let operands: String = command.get_positionals().map(|arg| format!(" \\fI{arg}\\fR")).collect();
        writeln!(page, ".SS {}", escaped(&path))?;
        writeln!(page, "\\fB{}\\fR{operands} [\\fIOPTIONS\\fR]\n.PP\n{}.", escaped(&path), escaped(&about))?;
        // What every command has is said once.
        let own = of_its_own(command);
        if own.get_arguments().next().is_some() {
            let mut options = Vec::new();
            Man::new(own).render_options_section(&mut options)?;
            let options = String::from_utf8_lossy(&options);
            page.extend_from_slice(options.trim_start_matches(".SH OPTIONS\n").as_bytes());
        }
        commands(command, &path, page)?;
    }
    Ok(())
}

/// A command that has only the arguments that are its alone.
fn of_its_own(command: &Command) -> Command {
    let bare = Command::new("nightdesk").disable_help_flag(true).disable_version_flag(true);
    let own = command.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help");
    bare.args(own.cloned())
}

/// What roff would take for an order, as it stands.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('-', "\\-")
}

/// The completion script of a shell.
pub(super) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "nightdesk", &mut script);
    script
}

/// Writes it to standard output.
///
/// # Errors
/// Where that cannot be written, unless nobody reads any more.
pub(super) fn hand_out(made: &[u8]) -> Result<()> {
    super::outlet::print(&String::from_utf8_lossy(made)).map(|_| ())
}
