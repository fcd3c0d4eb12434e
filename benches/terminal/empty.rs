//! The least a program of this kind can cost: a table of a thousand rows, drawn by ratatui on each key.

use std::error::Error;
use std::io::{Write, stdout};

use crossterm::event::{Event, KeyCode, read};
use crossterm::{execute, terminal};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Constraint;
use ratatui::style::Style;
use ratatui::widgets::{Block, Row, Table, TableState};

/// Runs it until `q`.
pub fn run() -> Result<(), Box<dyn Error>> {
    terminal::enable_raw_mode()?;
    execute!(stdout(), terminal::EnterAlternateScreen)?;
    let mut screen = Terminal::new(CrosstermBackend::new(stdout()))?;
    let rows = (0..1_000).map(|n| {
        Row::new([format!("{n}"), format!("a guest, {}", n * 7_919 % 1_000), "until tomorrow".into()])
    });
    let widths = [Constraint::Length(6), Constraint::Min(20), Constraint::Length(20)];
    let table = Table::new(rows, widths).block(Block::bordered().title("empty table"));
    let table = table.row_highlight_style(Style::new().reversed());
    let mut state = TableState::new().with_selected(0);
    loop {
        screen.draw(|frame| frame.render_stateful_widget(&table, frame.area(), &mut state))?;
        match read()? {
            Event::Key(key) if key.code == KeyCode::Char('q') => break,
            Event::Key(key) if key.code == KeyCode::Char('j') => state.select_next(),
            Event::Key(key) if key.code == KeyCode::Char('k') => state.select_previous(),
            _ => {}
        }
    }
    execute!(stdout(), terminal::LeaveAlternateScreen)?;
    terminal::disable_raw_mode()?;
    stdout().flush()?;
    Ok(())
}
