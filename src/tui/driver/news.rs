//! What the desks and the pollers of all properties tell.

use std::future::poll_fn;
use std::task::{Context, Poll};

use tokio::sync::mpsc::Receiver;

use crate::app::Event;
use crate::app::estate::HouseId;
use crate::desk::{Progress, Reading};
use crate::property::Delta;

/// What comes from behind the stage of one property. A source is none once its sender is gone.
pub(super) struct Inbox {
    pub(super) progress: Option<Receiver<Progress>>,
    pub(super) journal: Option<Receiver<Event>>,
    pub(super) readings: Option<Receiver<Reading>>,
    pub(super) deltas: Option<Receiver<Delta>>,
}

/// What comes from behind all stages.
pub(super) struct News {
    inboxes: Vec<Inbox>,
    /// Who is asked first: none can keep the others from being heard.
    first: usize,
}

/// The next of a source, if it is there.
fn look<T>(source: &mut Option<Receiver<T>>, cx: &mut Context<'_>) -> Option<T> {
    match source.as_mut()?.poll_recv(cx) {
        Poll::Ready(Some(told)) => Some(told),
        Poll::Ready(None) => {
            *source = None;
            None
        }
        Poll::Pending => None,
    }
}

impl Inbox {
    fn look(&mut self, cx: &mut Context<'_>) -> Option<Event> {
        look(&mut self.progress, cx)
            .map(Event::Job)
            .or_else(|| look(&mut self.journal, cx))
            .or_else(|| look(&mut self.readings, cx).map(Event::Reading))
            .or_else(|| look(&mut self.deltas, cx).map(Event::Data))
    }

    fn ready(&mut self) -> Option<Event> {
        fn take<T>(source: &mut Option<Receiver<T>>) -> Option<T> {
            source.as_mut()?.try_recv().ok()
        }
        take(&mut self.progress)
            .map(Event::Job)
            .or_else(|| take(&mut self.journal))
            .or_else(|| take(&mut self.readings).map(Event::Reading))
            .or_else(|| take(&mut self.deltas).map(Event::Data))
    }
}

impl News {
    pub(super) fn new(inboxes: Vec<Inbox>) -> Self {
        Self { inboxes, first: 0 }
    }

    /// Waits for something. What the actions of any property tell comes before everything else. Cancelling it
    /// is safe.
    pub(super) async fn next(&mut self) -> (HouseId, Event) {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(HouseId, Event)> {
        for (n, inbox) in self.inboxes.iter_mut().enumerate() {
            if let Some(progress) = look(&mut inbox.progress, cx) {
                return Poll::Ready((HouseId(n), Event::Job(progress)));
            }
        }
        let count = self.inboxes.len();
        for n in (self.first..count).chain(0..self.first) {
            if let Some(event) = self.inboxes.get_mut(n).and_then(|inbox| inbox.look(cx)) {
                self.first = (n + 1) % count.max(1);
                return Poll::Ready((HouseId(n), event));
            }
        }
        Poll::Pending
    }

    /// More of a property, if it is there.
    pub(super) fn more(&mut self, house: HouseId) -> Option<Event> {
        self.inboxes.get_mut(house.0)?.ready()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::Resource;
    use tokio::sync::mpsc::{Sender, channel};

    fn inbox() -> (Sender<Delta>, Inbox) {
        let (out, deltas) = channel(8);
        (out, Inbox { progress: None, journal: None, readings: None, deltas: Some(deltas) })
    }

    fn delta() -> Delta {
        let as_of = "2026-11-23T02:14:07Z".parse().unwrap();
        Delta::Checked { what: Resource::Grants, as_of }
    }

    #[tokio::test]
    async fn who_talks_all_the_time_does_not_keep_the_others_from_being_heard() {
        let ((loud, a), (quiet, b)) = (inbox(), inbox());
        let mut news = News::new(vec![a, b]);
        for _ in 0..8 {
            loud.try_send(delta()).unwrap();
        }
        quiet.try_send(delta()).unwrap();
        let heard = [news.next().await.0, news.next().await.0, news.next().await.0];
        assert_eq!(heard, [HouseId(0), HouseId(1), HouseId(0)]);
    }

    #[tokio::test]
    async fn a_property_whose_senders_are_gone_is_not_asked_any_more() {
        let ((gone, a), (there, b)) = (inbox(), inbox());
        let mut news = News::new(vec![a, b]);
        drop(gone);
        there.try_send(delta()).unwrap();
        assert_eq!(news.next().await.0, HouseId(1));
        assert!(news.more(HouseId(0)).is_none() && news.inboxes[0].deltas.is_none());
    }
}
