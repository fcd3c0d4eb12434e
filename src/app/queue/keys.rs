//! What keys do for a queue.

use super::Leaving;
use crate::app::App;
use crate::app::board::Travel;
use crate::app::command::CommandId;
use crate::app::event::{Effect, Effects};
use crate::app::key::{Code, Key};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::own_keys::Own;
use crate::desk::Control;

impl App {
    pub(in crate::app) fn queue_key(&mut self, key: Key) -> Effects {
        let Some(queue) = &mut self.queue else { return self.close_queue() };
        if key == Key::ctrl('c') {
            return self.command(CommandId::Quit);
        }
        let last = queue.lanes.len().saturating_sub(1);
        if let Some(Travel::Rows(by)) = self.settings.keymap.travel(key) {
            queue.at = queue.at.saturating_add_signed(by).min(last);
            return Effects::draw();
        }
        let at = queue.at;
        let run = queue.lanes.get(at).and_then(|lane| lane.run).map(|(run, _)| run);
        match key.code {
            Code::Esc | Code::Char('q') => self.close_queue(),
            Code::Tab => {
                queue.at = if at >= last { 0 } else { at + 1 };
                Effects::draw()
            }
            Code::Char(digit @ '1'..='9') => {
                let nth = digit.to_digit(10).and_then(|n| usize::try_from(n).ok()).unwrap_or(1) - 1;
                queue.at = nth.min(last);
                Effects::draw()
            }
            Code::Enter if queue.is_over() => self.close_queue(),
            // Only what stands under the cursor: an Enter for another encoder would cut over the card there.
            Code::Enter => match run.filter(|run| self.jobs.get(*run).is_some_and(|j| j.wants_person())) {
                Some(run) => Effects::and(Effect::Control(run, Control::Continue)),
                None => Effects::default(),
            },
            Code::Own(Own::QueueSkip) => self.skip_card(at),
            Code::Own(Own::QueueHandOver) => self.close_lane(at),
            Code::Own(Own::QueueStop) => self.stop_queue(),
            _ => Effects::default(),
        }
    }

    fn close_queue(&mut self) -> Effects {
        self.layers.retain(|layer| !matches!(layer, Layer::Queue));
        Effects::draw()
    }

    /// Leaves the card of an encoder out. One that is being cut is cut all the same.
    fn skip_card(&mut self, at: usize) -> Effects {
        let Some(lane) = self.queue.as_mut().and_then(|q| q.lanes.get_mut(at)) else {
            return Effects::default();
        };
        let Some((run, _)) = lane.run else { return Effects::default() };
        lane.leaving = Some(Leaving::Skip);
        Effects::and(Effect::Control(run, Control::StopAfterStep))
    }

    /// Leaves the share of an encoder to the others, or lets it take part again.
    fn close_lane(&mut self, at: usize) -> Effects {
        let Some(lane) = self.queue.as_mut().and_then(|q| q.lanes.get_mut(at)) else {
            return Effects::default();
        };
        if lane.run.is_none() && lane.closed.take().is_some() {
            let mut effects = self.fill_queue();
            effects.draw = true;
            return effects;
        }
        if !self.another_lane(at) {
            self.messages.say(self.now, Weight::Caution, "No other encoder can take its cards over.");
            return Effects::draw();
        }
        self.hand_over(at, "left to the others".into())
    }

    /// Takes no further card. What is being cut is finished.
    fn stop_queue(&mut self) -> Effects {
        let mut effects = Effects::draw();
        if let Some(queue) = &mut self.queue {
            queue.stopping = true;
            for lane in &mut queue.lanes {
                if let Some((run, _)) = lane.run {
                    lane.leaving = Some(Leaving::HandOver);
                    effects.list.push(Effect::Control(run, Control::StopAfterStep));
                }
            }
        }
        self.say_queue_is_over();
        effects
    }
}
