//! Why a command cannot be carried out now: asked before it is offered, and again before it is done.

use super::App;
use super::audit::paper::Kind;
use super::command::{CommandId, command};

/// Why a command cannot be carried out now, in words for the person who asked; nothing where it can.
pub fn refusal(app: &App, id: CommandId) -> Option<String> {
    if command(id).danger {
        if app.settings.read_only {
            return Some("this desk is read-only".to_owned());
        }
        // Cards can be read, queues cut, access granted and all who are due out checked out without anybody
        // selected.
        let of_nobody =
            matches!(id, CommandId::Cards | CommandId::Grant | CommandId::CheckOutDue | CommandId::Roll);
        if !of_nobody && app.targets().is_empty() {
            return Some("no guest is selected".to_owned());
        }
    }
    let writes = command(id).danger || matches!(id, CommandId::Attend | CommandId::SignAudit);
    if writes && let Some(why) = app.refuse_for_store() {
        return Some(why);
    }
    match id {
        CommandId::Emergency => app.refuse_emergency(),
        CommandId::Reissue
        | CommandId::Move
        | CommandId::InstantKey
        | CommandId::Keys
        | CommandId::Unlock
        | CommandId::Undo
            if app.targets().len() > 1 =>
        {
            Some("several guests are marked: this goes one guest at a time".to_owned())
        }
        CommandId::Grant if app.targets().len() > 1 => {
            Some("several guests are marked: access is granted one guest at a time".to_owned())
        }
        CommandId::Roll => app.refuse_paper(Kind::Roll),
        CommandId::SignAudit => app.refuse_paper(Kind::Sign),
        CommandId::ExportAudit | CommandId::ComparePms => app.refuse_paper(Kind::Export),
        CommandId::Reissue => app.refuse_reissue(),
        CommandId::Move => app.refuse_move(),
        CommandId::InstantKey => app.refuse_instant_key(),
        CommandId::Keys => app.refuse_keys(),
        CommandId::Unlock => app.refuse_unlock(),
        CommandId::Undo => app.refuse_undo(),
        CommandId::Why => app.refuse_why(),
        CommandId::Attend => app.refuse_attend(),
        CommandId::CheckOutDue => app.refuse_check_out_due(),
        CommandId::CardQueue => app.queue.is_none().then(|| "there is no queue".to_owned()),
        CommandId::Unmask => {
            app.secret_of_selection().is_none().then(|| "there is no PIN or link here".to_owned())
        }
        CommandId::Unfinished => app.left.list().is_empty().then(|| "nothing was left unfinished".to_owned()),
        CommandId::Operator if app.settings.read_only => Some("this desk is read-only".to_owned()),
        CommandId::Property if !app.among.has_others => {
            Some("there is only this one, the configuration names no other".to_owned())
        }
        CommandId::Copy => app.copy_of_selection().is_none().then(|| "nothing is selected".to_owned()),
        _ => None,
    }
}
