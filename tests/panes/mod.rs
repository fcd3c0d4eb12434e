//! Whether the panes list what the hotel has.

use nightdesk::app::App;
use nightdesk::app::pane::PaneKind;
use nightdesk::app::rows::grant_is_tonight;

/// The panes without a filter: how many rows each has, and how many it should have.
pub fn panes(app: &App) -> Vec<(&'static str, usize, usize)> {
    let (p, board) = (&app.property, &app.board);
    let tonight = p.grants().filter(|grant| grant_is_tonight(p, grant)).count();
    let stays = p.stays().filter(|stay| stay.class.is_tonight()).count();
    let all = [
        (PaneKind::Guests, board.guests.rows().len(), stays),
        (PaneKind::Grants, board.grants.rows().len(), tonight),
        (PaneKind::Mutations, board.mutations.rows().len(), p.mutations().count()),
        (PaneKind::Warnings, board.warnings.rows().len(), p.alerts().count()),
    ];
    let shown = all.into_iter().filter(|(kind, ..)| board.filter_of(*kind).is_empty());
    shown.map(|(kind, rows, there)| (kind.title(), rows, there)).collect()
}
